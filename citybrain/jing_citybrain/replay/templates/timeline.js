// The bar at the foot: mean speed of the network over time, marks of events, and the handle.
class Timeline {
  constructor(runs, span, seek) {
    Object.assign(this, { runs, span, canvas: byId("curve"), scrub: byId("scrub") });
    this.scrub.min = span[0];
    this.scrub.max = span[1];
    this.scrub.addEventListener("input", () => seek(Number(this.scrub.value), null));
    this.marks = runs.flatMap((run) => run.meta.events.map((event) => this.mark(run, event, seek)));
    byId("marks").replaceChildren(...this.marks.map((m) => m.node));
  }
  mark(run, event, seek) {
    const [time, kind, x, y, severity, text] = event;
    const node = element("button", { className: `mark grave${severity}` });
    node.style.left = `${(time - this.span[0]) / (this.span[1] - this.span[0]) * 100}%`;
    node.addEventListener("click", () => seek(Math.max(time - 3, this.span[0]), x === null ? null : [x, y]));
    return { node, said: () => `${this.runs.length > 1 ? "AB"[run.index] + " " : ""}${clockText(run.meta.t0, time)} ${nameOf(kind)}${text ? `: ${text}` : ""}` };
  }
  relabel() {
    for (const mark of this.marks) {
      mark.node.title = mark.said();
      mark.node.setAttribute("aria-label", mark.said());
    }
  }
  draw(t, theme) {
    const { canvas } = this, ratio = window.devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
    canvas.width = w * ratio;
    canvas.height = h * ratio;
    const ctx = canvas.getContext("2d"), at = (time) => (time - this.span[0]) / (this.span[1] - this.span[0]) * w;
    ctx.scale(ratio, ratio);
    const top = Math.max(10, ...this.runs.flatMap((run) => run.meta.speed.map((v) => v ?? 0)));
    ctx.strokeStyle = theme.grid;
    for (let time = Math.ceil(this.span[0] / 300) * 300; time <= this.span[1]; time += 300) {
      ctx.strokeRect(at(time), 0, 0, h);
    }
    this.runs.forEach((run, i) => {
      const bin = run.meta.links.bin;
      ctx.strokeStyle = theme.curve[i];
      ctx.lineWidth = 1.6;
      ctx.beginPath();
      let pen = false;
      run.meta.speed.forEach((v, k) => {
        if (v === null) { pen = false; return; }
        const x = at((k + 0.5) * bin), y = h - 3 - v / top * (h - 8);
        if (pen) ctx.lineTo(x, y); else ctx.moveTo(x, y);
        pen = true;
      });
      ctx.stroke();
    });
    if (document.activeElement !== this.scrub || Math.abs(this.scrub.value - t) > 0.2) this.scrub.value = t;
    this.scrub.setAttribute("aria-valuetext", clockText(this.runs[0].meta.t0, t));
  }
}
// Time of day in the run's own zone, whatever zone the viewer is in.
function wallClock(t0, seconds) {
  const [, y, mo, d, h, mi, s] = /^(\d+)-(\d+)-(\d+)[T ](\d+):(\d+):(\d+)/.exec(t0).map(Number);
  return new Date(Date.UTC(y, mo - 1, d, h, mi, s) + Math.floor(seconds) * 1000);
}
const clockText = (t0, seconds) => wallClock(t0, seconds).toISOString().slice(11, 19);
const dateText = (t0, seconds) => wallClock(t0, seconds).toISOString().slice(0, 10);

// The bar at the foot: mean speed of the network over time, marks of events, and the handle.
class Timeline {
  constructor(runs, span, seek) {
    Object.assign(this, { runs, span, canvas: byId("curve"), scrub: byId("scrub") });
    this.scrub.min = span[0];
    this.scrub.max = span[1];
    this.scrub.addEventListener("input", () => seek(Number(this.scrub.value), null));
    this.marks = this.gathered().map((events) => this.mark(events, seek));
    byId("marks").replaceChildren(...this.marks.map((m) => m.node));
  }
  // Events of one hundredth of the timeline share a mark.
  gathered() {
    const bins = new Map(), [begin, end] = this.span;
    for (const run of this.runs) {
      for (const event of run.meta.events) {
        const at = Math.floor((event[0] - begin) / (end - begin) * 100);
        if (!bins.has(at)) bins.set(at, []);
        bins.get(at).push({ run, time: event[0], kind: event[1], place: event[2] === null ? null : [event[2], event[3]], severity: event[4], text: event[5] });
      }
    }
    return [...bins.values()].map((events) => events.sort((a, b) => b.severity - a.severity || a.time - b.time));
  }
  // A mark leads to the gravest of its events.
  mark(events, seek) {
    const { time, place, severity } = events[0];
    const node = element("button", { className: `mark grave${severity}` });
    node.style.left = `${(time - this.span[0]) / (this.span[1] - this.span[0]) * 100}%`;
    node.addEventListener("click", () => seek(Math.max(time - 3, this.span[0]), place));
    const line = ({ run, time: t, kind, text }) =>
      `${this.runs.length > 1 ? "AB"[run.index] + " " : ""}${clockText(run.meta.t0, t)} ${nameOf(kind)}${text ? `: ${nameOf(text)}` : ""}`;
    const more = events.length - 6;
    return { node, said: () => events.slice(0, 6).map(line).join("\n") + (more > 0 ? `\n+ ${more}` : "") };
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

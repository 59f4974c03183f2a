// The bird's-eye view of a case on a canvas: roads once, boxes at the time of the player.
const COLOURS = { pedestrian: "#d9480f", bicycle: "#2b8a3e", motorbike: "#2b8a3e", truck: "#7048e8", bus: "#7048e8", trailer: "#7048e8", obstacle: "#868e96", misc: "#868e96" };
const CLOSE = 0.055;  // pixels a centimetre: a car is some 25 pixels long
class BirdsEye {
  constructor(stage, data) {
    this.data = data;
    this.canvas = element("canvas");
    stage.append(this.canvas);
    this.ego = data.actors.find((actor) => actor.ego) || data.actors[0];
    this.time = data.t[0];
    this.following = false;
    this.pen = this.canvas.getContext("2d");
    this.paths = this.buildPaths();
    this.listen();
    this.near();
  }
  // Close enough that boxes are boxes: the ego in the middle, unless the whole scene is as small.
  near() {
    this.fit();
    if (this.scale > CLOSE) return;
    this.following = true; this.scale = CLOSE;
    this.centre(); this.draw();
  }
  css(name) { return getComputedStyle(document.body).getPropertyValue(name).trim(); }
  size() { const box = this.canvas.parentElement.getBoundingClientRect(); return [box.width, box.height]; }
  fit() {
    const [w, h] = this.size(), [west, south, east, north] = this.data.bounds;
    const whole = Math.min(w / (east - west), h / (north - south));
    this.following = false;
    this.scale = whole;
    this.x = (west + east) / 2; this.y = (south + north) / 2;
    if (this.following) this.centre();
    this.draw();
  }
  centre() { const at = this.ego && this.pose(this.ego, this.time); if (at) { this.x = at[0]; this.y = at[1]; } }
  buildPaths() {
    const out = {};
    for (const [kind, rows] of Object.entries(this.data.roads)) {
      const groups = new Map();
      for (const row of rows) {
        const path = groups.get(row[0]) || new Path2D();
        let x = 0, y = 0;
        for (let i = 1; i < row.length; i += 2) { x += row[i]; y += row[i + 1]; if (i === 1) path.moveTo(x, y); else path.lineTo(x, y); }
        groups.set(row[0], path);
      }
      out[kind] = groups;
    }
    return out;
  }
  listen() {
    const node = this.canvas;
    let grip = null;
    node.onpointerdown = (event) => { grip = [event.clientX, event.clientY]; node.setPointerCapture(event.pointerId); };
    node.onpointerup = () => { grip = null; };
    node.onpointermove = (event) => {
      if (!grip) return;
      this.following = false;
      this.x -= (event.clientX - grip[0]) / this.scale; this.y += (event.clientY - grip[1]) / this.scale;
      grip = [event.clientX, event.clientY];
      this.draw();
    };
    node.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = node.getBoundingClientRect(), by = Math.exp(-event.deltaY * 0.0015);
      const dx = event.clientX - box.left - box.width / 2, dy = event.clientY - box.top - box.height / 2;
      if (!this.following) { this.x += dx / this.scale * (1 - 1 / by); this.y -= dy / this.scale * (1 - 1 / by); }
      this.scale = Math.min(2, Math.max(0.0005, this.scale * by));
      this.draw();
    }, { passive: false });
    new ResizeObserver(() => this.draw()).observe(node.parentElement);
  }
  // [x, y, heading, speed] between the two frames around a time, or null.
  pose(actor, time) {
    const t = this.data.t;
    let low = 0, high = t.length - 1;
    while (high - low > 1) { const mid = (low + high) >> 1; if (t[mid] <= time) low = mid; else high = mid; }
    if (actor.x[low] === null) return actor.x[high] !== null && time >= t[high] ? [actor.x[high], actor.y[high], actor.h[high] * Math.PI / 18000, actor.v[high] / 100] : null;
    const part = actor.x[high] === null || high === low ? 0 : Math.min(1, Math.max(0, (time - t[low]) / (t[high] - t[low])));
    const mix = (column) => column[low] + part * ((column[high] ?? column[low]) - column[low]);
    return [mix(actor.x), mix(actor.y), mix(actor.h) * Math.PI / 18000, mix(actor.v) / 100];
  }
  show(time) { this.time = time; if (this.following) this.centre(); this.draw(); }
  draw() {
    const [w, h] = this.size(), ratio = window.devicePixelRatio || 1, pen = this.pen;
    if (this.canvas.width !== Math.round(w * ratio) || this.canvas.height !== Math.round(h * ratio)) { this.canvas.width = Math.round(w * ratio); this.canvas.height = Math.round(h * ratio); }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = this.css("--land"); pen.fillRect(0, 0, this.canvas.width, this.canvas.height);
    const k = this.scale * ratio;
    pen.setTransform(k, 0, 0, -k, (w / 2) * ratio - this.x * k, (h / 2) * ratio + this.y * k);
    this.roads(pen, k);
    this.trail(pen, ratio / k);
    for (const actor of this.data.actors) if (!actor.ego) this.box(pen, actor, k, ratio);
    if (this.ego) this.box(pen, this.ego, k, ratio);
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.bar(pen, w, h);
    this.drawnAt = performance.now();
  }
  roads(pen, k) {
    const road = this.css("--road");
    pen.lineCap = "butt"; pen.lineJoin = "round"; pen.strokeStyle = pen.fillStyle = road;
    for (const [, path] of this.paths.junction || []) pen.fill(path);
    for (const kind of ["connector", "lane"]) for (const [width, path] of this.paths[kind] || []) { pen.lineWidth = width + 6; pen.stroke(path); }
    pen.strokeStyle = this.css("--edge");
    for (const [width, path] of this.paths.edge || []) { pen.lineWidth = Math.max(width, 1.2 / k); pen.globalAlpha = 0.8; pen.stroke(path); }
    pen.globalAlpha = 0.75;
    pen.setLineDash([45, 45]);
    for (const [width, path] of this.paths.crosswalk || []) { pen.lineWidth = width; pen.stroke(path); }
    pen.setLineDash([]);
    for (const [, path] of this.paths.stop_line || []) { pen.lineWidth = 40; pen.stroke(path); }
    pen.globalAlpha = 1;
  }
  trail(pen, pixel) {
    if (!this.ego) return;
    const { x, y } = this.ego;
    pen.beginPath();
    let open = false;
    for (let i = 0; i < x.length; i++) { if (x[i] === null) { open = false; continue; } if (open) pen.lineTo(x[i], y[i]); else pen.moveTo(x[i], y[i]); open = true; }
    pen.strokeStyle = this.css("--accent"); pen.globalAlpha = 0.35; pen.lineWidth = 1.5 * pixel; pen.stroke(); pen.globalAlpha = 1;
  }
  box(pen, actor, k, ratio) {
    const at = this.pose(actor, this.time);
    if (!at) return;
    const [x, y, heading, speed] = at, [length, width] = actor.size;
    const colour = actor.ego ? this.css("--accent") : COLOURS[actor.kind] || this.css("--text");
    pen.save();
    pen.translate(x, y); pen.rotate(heading);
    pen.fillStyle = colour; pen.globalAlpha = actor.ego ? 1 : 0.82;
    const least = 5 * ratio / k, l = Math.max(length, least), b = Math.max(width, least * 0.6);
    pen.fillRect(-l / 2, -b / 2, l, b);
    pen.globalAlpha = 1; pen.fillStyle = "rgba(255,255,255,.85)";
    pen.beginPath(); pen.moveTo(l / 2 - l * 0.05, 0); pen.lineTo(l * 0.22, b * 0.36); pen.lineTo(l * 0.22, -b * 0.36); pen.fill();
    const hit = this.data.contacts.some(([t, a, other]) => t <= this.time && (a === actor.name || other === actor.name));
    if (hit) { pen.strokeStyle = this.css("--fail"); pen.lineWidth = 3 * ratio / k; pen.strokeRect(-l / 2, -b / 2, l, b); }
    pen.restore();
    if (this.data.actors.length > 14 && !actor.ego) return;
    pen.save();
    // The ego's name stands above its box, others' below, so that two that touch can both be read.
    const reach = Math.max(length * Math.abs(Math.sin(heading)), width) / 2;
    pen.translate(x, actor.ego ? y + reach + 8 * ratio / k : y - reach - 16 * ratio / k); pen.scale(ratio / k, -ratio / k);
    pen.font = `${actor.ego ? 600 : 400} 12px sans-serif`; pen.textAlign = "center";
    const text = `${actor.name} ${(speed * 3.6).toFixed(0)} km/h`;
    pen.lineWidth = 3; pen.strokeStyle = this.css("--land"); pen.strokeText(text, 0, 0);
    pen.fillStyle = this.css("--text"); pen.fillText(text, 0, 0);
    pen.restore();
  }
  bar(pen, w, h) {
    const metres = [5, 10, 20, 50, 100, 200, 500].find((m) => m * 100 * this.scale > 60) || 1000;
    const long = metres * 100 * this.scale;
    pen.strokeStyle = pen.fillStyle = this.css("--text"); pen.lineWidth = 1.5; pen.font = "11px sans-serif"; pen.textAlign = "center";
    pen.beginPath(); pen.moveTo(w - 16 - long, h - 18); pen.lineTo(w - 16 - long, h - 12); pen.lineTo(w - 16, h - 12); pen.lineTo(w - 16, h - 18); pen.stroke();
    pen.fillText(`${metres} m`, w - 16 - long / 2, h - 18);
  }
}

// One camera for all panes: a point of the plane in the middle, and the zoom of Web Mercator (512 px tiles).
const EARTH_M = 2 * Math.PI * 6378137;
class Camera {
  constructor(origin, bounds) {
    [this.lon0, this.lat0] = origin;
    this.squeeze = Math.cos(this.lat0 * Math.PI / 180);
    this.bounds = bounds;
    this.x = (bounds[0] + bounds[2]) / 2;
    this.y = (bounds[1] + bounds[3]) / 2;
    this.zoom = 13;
  }
  get scale() { return 512 * 2 ** this.zoom / (EARTH_M * this.squeeze); }
  lonLat() { return this.toLonLat(this.x, this.y); }
  toLonLat(x, y) {
    const k = 6378137 * this.squeeze, m0 = Math.asinh(Math.tan(this.lat0 * Math.PI / 180));
    return [this.lon0 + x / k * 180 / Math.PI, Math.atan(Math.sinh(y / k + m0)) * 180 / Math.PI];
  }
  fromLonLat([lon, lat]) {
    const k = 6378137 * this.squeeze, merc = (v) => Math.asinh(Math.tan(v * Math.PI / 180));
    return [(lon - this.lon0) * Math.PI / 180 * k, (merc(lat) - merc(this.lat0)) * k];
  }
  fit(width, height) {
    const [w, s, e, n] = this.bounds;
    this.x = (w + e) / 2;
    this.y = (s + n) / 2;
    const scale = Math.min((width - 60) / Math.max(e - w, 50), (height - 100) / Math.max(n - s, 50));
    this.zoom = Math.min(Math.max(Math.log2(Math.max(scale, 1e-6) * EARTH_M * this.squeeze / 512), 8), 20);
  }
  zoomAt(dx, dy, change) {
    const before = this.scale;
    this.zoom = Math.min(Math.max(this.zoom + change, 8), 22);
    this.x += dx / before - dx / this.scale;
    this.y -= dy / before - dy / this.scale;
  }
}
// Drag, wheel and pinch on a pane; `changed(byHand)` after each, `clicked(px, py)` when nothing was dragged.
function steer(node, camera, changed, clicked) {
  const fingers = new Map();
  let moved = 0, spread = 0;
  const middle = () => [...fingers.values()].reduce(([a, b], [x, y]) => [a + x / fingers.size, b + y / fingers.size], [0, 0]);
  const apart = () => { const [a, b] = [...fingers.values()]; return b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0; };
  node.addEventListener("pointerdown", (e) => {
    node.setPointerCapture(e.pointerId);
    fingers.set(e.pointerId, [e.offsetX, e.offsetY]);
    if (fingers.size === 1) moved = 0;
    spread = apart();
  });
  node.addEventListener("pointermove", (e) => {
    if (!fingers.has(e.pointerId)) return;
    const before = middle();
    fingers.set(e.pointerId, [e.offsetX, e.offsetY]);
    const [dx, dy] = [middle()[0] - before[0], middle()[1] - before[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved < 4) return;
    camera.x -= dx / camera.scale;
    camera.y += dy / camera.scale;
    if (fingers.size === 2 && spread > 0) {
      camera.zoomAt(middle()[0] - node.clientWidth / 2, middle()[1] - node.clientHeight / 2, Math.log2(apart() / spread));
      spread = apart();
    }
    changed(true);
  });
  const lift = (e) => {
    if (fingers.delete(e.pointerId) && e.type === "pointerup" && moved < 4) clicked(e.offsetX, e.offsetY);
  };
  node.addEventListener("pointerup", lift);
  node.addEventListener("pointercancel", lift);
  node.addEventListener("wheel", (e) => {
    e.preventDefault();
    camera.zoomAt(e.offsetX - node.clientWidth / 2, e.offsetY - node.clientHeight / 2, -e.deltaY * (e.deltaMode ? 0.05 : 0.002));
    changed(false);
  }, { passive: false });
  node.addEventListener("dblclick", (e) => {
    camera.zoomAt(e.offsetX - node.clientWidth / 2, e.offsetY - node.clientHeight / 2, 1);
    changed(false);
  });
}

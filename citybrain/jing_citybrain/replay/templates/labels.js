// Names of streets along the streets: the widest classes first, none over another, none twice within a view's part.
function placeLabels(roads, streets, camera, width, height, measure) {
  const size = camera.zoom >= 16 ? 14 : 12, placed = [], boxes = [], seen = new Map();
  const most = camera.zoom < 12.5 ? 3 : camera.zoom < 14 ? 4 : 6, apart = Math.max(320, Math.min(width, height) * 0.55);
  const reachX = (width / 2 - 40) / camera.scale, reachY = (height / 2 - 50) / camera.scale;
  const view = [camera.x - reachX, camera.y - reachY, camera.x + reachX, camera.y + reachY];
  for (const road of roads) {
    if (road.s < 0 || road.c > most || !overlaps(road.box, view)) continue;
    const text = streetName(streets[road.s]), part = text && longestInside(road.points, view);
    if (!part) continue;
    const [a, b] = part, length = measure(text, size);
    if (Math.hypot(b[0] - a[0], b[1] - a[1]) * camera.scale < Math.min(length * 0.4, 30)) continue;
    const px = width / 2 + ((a[0] + b[0]) / 2 - camera.x) * camera.scale, py = height / 2 - ((a[1] + b[1]) / 2 - camera.y) * camera.scale;
    const others = seen.get(text) || [];
    if (others.some(([x, y]) => Math.hypot(x - px, y - py) < apart)) continue;
    let angle = -Math.atan2(b[1] - a[1], b[0] - a[0]);
    if (angle > Math.PI / 2) angle -= Math.PI;
    if (angle <= -Math.PI / 2) angle += Math.PI;
    const reach = length / 2 + 4, cos = Math.abs(Math.cos(angle)), sin = Math.abs(Math.sin(angle));
    const halfW = reach * cos + size * 0.7 * sin, halfH = reach * sin + size * 0.7 * cos;
    const box = [px - halfW, py - halfH, px + halfW, py + halfH];
    if (boxes.some((other) => overlaps(other, box))) continue;
    boxes.push(box);
    seen.set(text, [...others, [px, py]]);
    placed.push({ text, px, py, angle, size });
    if (placed.length >= 60) break;
  }
  return placed;
}
// The longest piece of a line that lies within the view, as two points, or null (Liang and Barsky's clipping).
function longestInside(points, [w, s, e, n]) {
  let best = null, most = 0;
  for (let i = 1; i < points.length; i++) {
    const [[ax, ay], [bx, by]] = [points[i - 1], points[i]], dx = bx - ax, dy = by - ay;
    let from = 0, to = 1;
    for (const [step, room] of [[-dx, ax - w], [dx, e - ax], [-dy, ay - s], [dy, n - ay]]) {
      if (step === 0 && room < 0) to = -1;
      else if (step < 0) from = Math.max(from, room / step);
      else if (step > 0) to = Math.min(to, room / step);
    }
    const inside = (to - from) * Math.hypot(dx, dy);
    if (inside > most) {
      most = inside;
      best = [[ax + dx * from, ay + dy * from], [ax + dx * to, ay + dy * to]];
    }
  }
  return best;
}

// Names of streets along the streets: the widest classes first, none over another, none twice within a view's part.
function placeLabels(roads, streets, camera, width, height, measure) {
  const size = camera.zoom >= 16 ? 14 : 12, placed = [], boxes = [], seen = new Map();
  const most = camera.zoom < 12.5 ? 3 : camera.zoom < 14 ? 4 : 6;
  const toPx = (x, y) => [width / 2 + (x - camera.x) * camera.scale, height / 2 - (y - camera.y) * camera.scale];
  for (const road of roads) {
    if (road.s < 0 || road.c > most || road.span * camera.scale < 24) continue;
    const text = streetName(streets[road.s]);
    if (!text) continue;
    const [px, py] = toPx(road.mid[0], road.mid[1]);
    if (px < 30 || py < 60 || px > width - 30 || py > height - 100) continue;
    const others = seen.get(text) || [];
    if (others.some(([x, y]) => Math.hypot(x - px, y - py) < 320)) continue;
    const reach = measure(text, size) / 2 + 4;
    const cos = Math.abs(Math.cos(road.angle)), sin = Math.abs(Math.sin(road.angle));
    const halfW = reach * cos + size * 0.7 * sin, halfH = reach * sin + size * 0.7 * cos;
    const box = [px - halfW, py - halfH, px + halfW, py + halfH];
    if (boxes.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1])) continue;
    boxes.push(box);
    seen.set(text, [...others, [px, py]]);
    placed.push({ text, px, py, angle: road.angle, size });
    if (placed.length >= 60) break;
  }
  return placed;
}
// Gives each road what labels need: its middle, the angle there (readable from below), and its span.
function prepareLabels(roads) {
  for (const road of roads) {
    const p = road.points, n = p.length;
    const i = Math.max(1, n >> 1), [a, b] = [p[i - 1], p[i]];
    road.mid = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    let angle = -Math.atan2(b[1] - a[1], b[0] - a[0]);
    if (angle > Math.PI / 2) angle -= Math.PI;
    if (angle <= -Math.PI / 2) angle += Math.PI;
    road.angle = angle;
    road.span = Math.hypot(p[n - 1][0] - p[0][0], p[n - 1][1] - p[0][1]);
  }
  return [...roads].sort((a, b) => a.c - b.c || b.span - a.span);
}

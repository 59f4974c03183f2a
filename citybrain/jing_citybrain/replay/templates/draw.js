// What moves, on the canvas over a pane: links, vehicles, signals, names; signals above vehicles.
const CROWD = 20000, SIGNAL_ZOOM = 14.3;
class Painter {
  constructor(canvas, network) {
    this.canvas = canvas;
    this.ctx = canvas.getContext("2d");
    this.network = network;
    this.linkKey = "";
  }
  draw(run, view) {
    const { ctx, canvas } = this, { camera, theme } = view;
    const box = beginCanvas(canvas, ctx, camera, null);
    this.flat = [window.devicePixelRatio || 1, 0, 0, window.devicePixelRatio || 1, 0, 0];
    this.world = ctx.getTransform();
    if (camera.zoom >= 16) this.drawWalks(camera, theme);
    const near = this.near(run, box);
    const crowded = this.crowded = near.length > CROWD;
    // Close up the roads' own surface says more than a class of a minute.
    if ((view.links && camera.zoom < 17.3) || crowded) this.drawLinks(run, view, camera.zoom < 16.5 ? 1 : 0.5);
    if (camera.zoom >= 16.6) this.drawGreenWays(run, view, box);
    if (view.choice && view.choice.run === run.index) this.drawPath(run, view);
    if (crowded) this.drawDensity(run, view, near);
    else this.drawVehicles(run, view, near);
    if (camera.zoom >= SIGNAL_ZOOM) this.drawSignals(run, view, box);
    this.drawEvents(run, view);
    this.drawLabels(view);
    this.drawn = near.length;
  }
  near(run, [w, s, e, n]) {
    const out = [];
    for (let i = 0; i < run.count; i++) {
      const x = run.px[i], y = run.py[i];
      if (x > w - 20 && x < e + 20 && y > s - 20 && y < n + 20) out.push(i);
    }
    return out;
  }
  drawWalks(camera, theme) {
    const { ctx } = this;
    ctx.strokeStyle = theme.walk;
    ctx.lineCap = "butt";
    ctx.setLineDash([0.5, 0.6]);
    for (const { width, points } of this.network.walks) {
      ctx.lineWidth = width;
      trace(ctx, points);
    }
    ctx.setLineDash([]);
  }
  drawLinks(run, view, alpha) {
    const [bin, classes] = run.linksAt(view.t, view.links || 1);
    if (!classes) return;
    const { ctx, network } = this, { camera, theme } = view;
    const key = `${run.index} ${bin} ${view.links}`;
    if (key !== this.linkKey) {
      this.linkKey = key;
      this.linkPaths = network.roads.reduce((paths, road) => {
        const rank = road.c <= 0 ? 0 : road.c <= 3 ? 1 : 2, at = classes[road.r] * 3 + rank;
        if (classes[road.r]) addLine(paths[at] ||= new Path2D(), road.points);
        return paths;
      }, []);
    }
    ctx.globalAlpha = alpha;
    ctx.lineCap = ctx.lineJoin = "round";
    this.linkPaths.forEach((path, at) => {
      ctx.strokeStyle = theme.links[Math.floor(at / 3)];
      ctx.lineWidth = Math.max([7, 5, 3.2][at % 3], [3.4, 2.4, 1.6][at % 3] / camera.scale);
      ctx.stroke(path);
    });
    ctx.globalAlpha = 1;
  }
  colourOf(run, view, i) {
    const { theme } = view, cars = run.meta.vehicles, v = run.who[i];
    if (cars.av[v]) return theme.av;
    return view.colour === "speed" ? theme.speeds[speedBucket(run.mps[i])] : theme.types[run.kindRow[cars.kind[v]] % theme.types.length];
  }
  drawVehicles(run, view, near) {
    const groups = new Map();
    for (const i of near) {
      const colour = this.colourOf(run, view, i);
      if (!groups.has(colour)) groups.set(colour, []);
      groups.get(colour).push(i);
    }
    const { ctx } = this, { camera, theme } = view, boxes = camera.scale * 4.5 >= 4;
    if (boxes) {
      ctx.lineJoin = "miter";
      ctx.strokeStyle = theme.outline;
      ctx.lineWidth = 0.9 / camera.scale;
    } else ctx.setTransform(...this.flat);
    for (const [colour, rows] of groups) {
      ctx.fillStyle = colour;
      if (boxes) this.fillBoxes(run, rows, camera);
      else this.fillDots(run, rows, camera);
    }
    if (boxes && camera.scale >= 4) this.drawScreens(run, near);
    ctx.setTransform(this.world);
    if (view.choice && view.choice.run === run.index) this.drawChoice(run, view);
  }
  fillBoxes(run, rows, camera) {
    const { ctx } = this, cars = run.meta.vehicles, least = 2.4 / camera.scale;
    ctx.beginPath();
    for (const i of rows) {
      const v = run.who[i], length = cars.length[v], half = Math.max(cars.width[v], least) / 2;
      const c = Math.cos(run.angle[i]), s = Math.sin(run.angle[i]), x = run.px[i], y = run.py[i];
      const bx = x - c * length, by = y - s * length, ox = -s * half, oy = c * half;
      ctx.moveTo(x + ox, y + oy);
      ctx.lineTo(x - ox, y - oy);
      ctx.lineTo(bx - ox, by - oy);
      ctx.lineTo(bx + ox, by + oy);
      ctx.closePath();
    }
    if (camera.scale >= 1.6) ctx.stroke();
    ctx.fill();
  }
  // Windscreens show which way a vehicle faces.
  drawScreens(run, near) {
    const { ctx } = this, cars = run.meta.vehicles;
    ctx.fillStyle = "rgba(15,20,28,0.65)";
    ctx.beginPath();
    for (const i of near) {
      const v = run.who[i], length = cars.length[v], half = cars.width[v] * 0.4;
      const c = Math.cos(run.angle[i]), s = Math.sin(run.angle[i]);
      const at = (back, across) => [run.px[i] - c * back - s * across, run.py[i] - s * back + c * across];
      const front = Math.min(length * 0.24, 1.2), rear = Math.min(length * 0.4, 2);
      ctx.moveTo(...at(front, half));
      ctx.lineTo(...at(front, -half));
      ctx.lineTo(...at(rear, -half * 0.9));
      ctx.lineTo(...at(rear, half * 0.9));
      ctx.closePath();
    }
    ctx.fill();
  }
  fillDots(run, rows, camera) {
    const { ctx, canvas } = this, w = canvas.clientWidth / 2, h = canvas.clientHeight / 2;
    const size = camera.zoom < 12.5 ? 1.8 : camera.zoom < 13.5 ? 2.4 : camera.zoom < 14.7 ? 3 : 4;
    for (const i of rows) {
      ctx.fillRect(w + (run.px[i] - camera.x) * camera.scale - size / 2, h - (run.py[i] - camera.y) * camera.scale - size / 2, size, size);
    }
  }
  drawDensity(run, view, near) {
    const { ctx, canvas } = this, { camera, theme } = view, cell = 6;
    const columns = Math.ceil(canvas.clientWidth / cell), counts = new Map();
    for (const i of near) {
      const cx = Math.floor((canvas.clientWidth / 2 + (run.px[i] - camera.x) * camera.scale) / cell);
      const cy = Math.floor((canvas.clientHeight / 2 - (run.py[i] - camera.y) * camera.scale) / cell);
      const at = cy * columns + cx;
      counts.set(at, (counts.get(at) || 0) + 1);
    }
    ctx.setTransform(...this.flat);
    for (const [at, n] of counts) {
      ctx.fillStyle = `rgba(${theme.density.join(",")},${Math.min(0.12 + n * 0.06, 0.75)})`;
      ctx.fillRect((at % columns) * cell, Math.floor(at / columns) * cell, cell, cell);
    }
    ctx.setTransform(this.world);
  }
  drawChoice(run, view) {
    const { ctx } = this, { camera, theme } = view, i = run.slotOf(view.choice.vehicle);
    if (i < 0) return;
    const back = run.meta.vehicles.length[run.who[i]] / 2;
    ctx.strokeStyle = theme.choice;
    ctx.lineWidth = 2 / camera.scale;
    ctx.beginPath();
    const x = run.px[i] - Math.cos(run.angle[i]) * back, y = run.py[i] - Math.sin(run.angle[i]) * back;
    ctx.arc(x, y, Math.max(back + 2, 9 / camera.scale), 0, 2 * Math.PI);
    ctx.stroke();
  }
  drawPath(run, view) {
    const { ctx } = this, { camera, theme, t } = view, i = run.slotOf(view.choice.vehicle);
    ctx.strokeStyle = theme.path;
    ctx.lineJoin = ctx.lineCap = "round";
    for (const points of run.pathOf(view.choice.vehicle, t).drives) {
      const done = points.filter((p) => p[2] <= t), rest = points.filter((p) => p[2] > t);
      if (i >= 0 && done.length && rest.length) {
        done.push([run.px[i], run.py[i]]);
        rest.unshift([run.px[i], run.py[i]]);
      }
      ctx.globalAlpha = 0.85;
      ctx.lineWidth = 2.4 / camera.scale;
      trace(ctx, done);
      ctx.globalAlpha = 0.6;
      ctx.setLineDash([6 / camera.scale, 6 / camera.scale]);
      trace(ctx, rest);
      ctx.setLineDash([]);
    }
    ctx.globalAlpha = 1;
  }
  drawGreenWays(run, { camera, theme }, box) {
    const { ctx } = this;
    ctx.lineWidth = Math.max(0.35, 1.6 / camera.scale);
    ctx.globalAlpha = 0.5;
    for (const { group, points, box: own } of this.network.ways) {
      const state = run.state[group];
      if ((state !== 2 && state !== 3) || !overlaps(own, box)) continue;
      ctx.strokeStyle = theme.signals[state];
      trace(ctx, points);
    }
    ctx.globalAlpha = 1;
  }
  drawSignals(run, { camera, theme }, box) {
    const { ctx } = this;
    ctx.lineCap = "butt";
    const width = Math.max(1.1, 3 / camera.scale);
    for (const [colour, grow] of [[theme.outline, 1.4 / camera.scale], [null, 0]]) {
      if (colour && camera.scale < 1) continue;
      for (const { group, points, box: own } of this.network.stops) {
        const state = run.state[group];
        if (state === undefined || state === 255 || !overlaps(own, box)) continue;
        ctx.strokeStyle = colour || theme.signals[state];
        ctx.lineWidth = width + grow;
        trace(ctx, points);
      }
    }
  }
  drawEvents(run, { camera, t, theme }) {
    const { ctx } = this;
    for (const [time, , x, y, severity] of run.meta.events) {
      // Lesser events are shown where one can see what they are about.
      if (x === null || t < time || t > time + 30 || (severity < 2 && camera.zoom < 15)) continue;
      ctx.strokeStyle = severity >= 2 ? theme.links[5] : theme.links[4];
      ctx.lineWidth = (severity >= 2 ? 2.5 : 1.5) / camera.scale;
      ctx.beginPath();
      ctx.arc(x, y, (severity >= 2 ? 8 + ((t - time) % 3) * 6 : 9) / camera.scale, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }
  drawLabels({ camera, theme }) {
    const { ctx, canvas, network } = this, w = canvas.clientWidth, h = canvas.clientHeight;
    ctx.setTransform(...this.flat);
    const measure = (text, size) => { ctx.font = labelFont(size); return ctx.measureText(text).width; };
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.lineJoin = "round";
    for (const { text, px, py, angle, size } of placeLabels(network.labelled, network.streets, camera, w, h, measure)) {
      ctx.save();
      ctx.translate(px, py);
      ctx.rotate(angle);
      ctx.font = labelFont(size);
      ctx.strokeStyle = theme.halo;
      ctx.lineWidth = 4;
      ctx.strokeText(text, 0, 0);
      ctx.fillStyle = theme.label;
      ctx.fillText(text, 0, 0);
      ctx.restore();
    }
    ctx.setTransform(this.world);
  }
  // The vehicle under a point of the pane, or -1.
  pick(run, camera, px, py) {
    const x = camera.x + (px - this.canvas.clientWidth / 2) / camera.scale;
    const y = camera.y - (py - this.canvas.clientHeight / 2) / camera.scale;
    let best = -1, least = 14 / camera.scale;
    for (let i = 0; i < run.count; i++) {
      const length = run.meta.vehicles.length[run.who[i]], c = Math.cos(run.angle[i]), s = Math.sin(run.angle[i]);
      const dx = x - run.px[i], dy = y - run.py[i], back = Math.min(Math.max(-(dx * c + dy * s), 0), length);
      const gap = Math.hypot(dx + c * back, dy + s * back);
      if (gap < least) { least = gap; best = run.who[i]; }
    }
    return best;
  }
}
const labelFont = (size) => `600 ${size}px "Noto Sans CJK SC","PingFang SC","Microsoft YaHei","Source Han Sans SC",sans-serif`;
const overlaps = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];
function addLine(path, points) { points.forEach(([x, y], i) => (i ? path.lineTo(x, y) : path.moveTo(x, y))); }
function trace(ctx, points) {
  ctx.beginPath();
  addLine(ctx, points);
  ctx.stroke();
}
// Decimetre differences -> points in metres, with their bounds.
function unpackLine(flat) {
  const points = [];
  for (let i = 0, x = 0, y = 0; i < flat.length; i += 2) points.push([(x += flat[i]) / 10, (y += flat[i + 1]) / 10]);
  return points;
}
function boundsOf(points) {
  const xs = points.map((p) => p[0]), ys = points.map((p) => p[1]);
  return [Math.min(...xs) - 3, Math.min(...ys) - 3, Math.max(...xs) + 3, Math.max(...ys) + 3];
}
function unpackNetwork(lines) {
  const grouped = (rows) => rows.map(([group, ...flat]) => ({ group, points: unpackLine(flat), box: boundsOf(unpackLine(flat)) }));
  const roads = lines.roads.map((road) => ({ ...road, points: unpackLine(road.p), box: boundsOf(unpackLine(road.p)) }));
  return {
    streets: lines.streets, bounds: lines.bounds, roads, labelled: [...roads].sort((a, b) => a.c - b.c || b.points.length - a.points.length || a.r - b.r),
    stops: grouped(lines.stops), ways: grouped(lines.ways),
    walks: lines.walks.map(([width, ...flat]) => ({ width: width / 10, points: unpackLine(flat) })),
  };
}

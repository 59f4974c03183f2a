// The static layers below a pane: by deck.gl as pydeck said them, or on a canvas where GL is done by the processor.
const CLOSE_ZOOM = 15.7;
const FINE = new Set(["edges", "dividers", "stop_lines"]);
function graphics() {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return "none";
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return /swiftshader|llvmpipe|software|basic render/i.test(name) ? "software" : "hardware";
}
async function loadDeck() {
  const script = element("script", { textContent: await blobText("deck") });
  document.head.append(script);
  if (!globalThis.createDeck) throw new Error("deck.gl did not start");
}

class DeckRoads {
  constructor(node, said) {
    this.said = said;
    this.node = node;
    this.deck = createDeck({ container: node, jsonInput: { ...said, layers: [], views: said.views }, tooltip: false });
  }
  draw(camera, theme) {
    const near = camera.zoom >= CLOSE_ZOOM;
    const key = `${theme.ground} ${near}`;
    if (key !== this.key) {
      this.key = key;
      updateDeck({ layers: this.said.layers.map((layer) => this.styled(layer, theme, near)) }, this.deck);
    }
    const [longitude, latitude] = camera.lonLat();
    this.deck.setProps({ viewState: { longitude, latitude, zoom: camera.zoom, pitch: 0, bearing: 0 } });
    this.deck.redraw("camera");
  }
  styled(layer, theme, near) {
    const colour = theme[layer.id];
    return { ...layer, visible: near || !FINE.has(layer.id), getFillColor: colour, getColor: colour };
  }
}

// Paths by square tiles of the plane, so that a close view strokes only what is near.
const TILE_M = 600;
class CanvasRoads {
  constructor(node, said, camera) {
    this.canvas = element("canvas");
    node.append(this.canvas);
    this.layers = said.layers.map((layer) => ({ id: layer.id, tiles: this.tiles(layer, camera) }));
  }
  tiles(layer, camera) {
    const tiles = new Map();
    for (const row of layer.data) {
      const points = row.p.map((p) => camera.fromLonLat(p));
      const key = `${Math.floor(points[0][0] / TILE_M)} ${Math.floor(points[0][1] / TILE_M)}`;
      if (!tiles.has(key)) tiles.set(key, { box: [Infinity, Infinity, -Infinity, -Infinity], paths: new Map() });
      const tile = tiles.get(key), width = Math.round((row.w || 0) * 4) / 4 || row.w || 0;
      if (!tile.paths.has(width)) tile.paths.set(width, new Path2D());
      const path = tile.paths.get(width);
      points.forEach(([x, y], i) => {
        if (i) path.lineTo(x, y); else path.moveTo(x, y);
        tile.box = [Math.min(tile.box[0], x), Math.min(tile.box[1], y), Math.max(tile.box[2], x), Math.max(tile.box[3], y)];
      });
    }
    return [...tiles.values()];
  }
  draw(camera, theme) {
    const ctx = this.canvas.getContext("2d", { alpha: false });
    const view = beginCanvas(this.canvas, ctx, camera, theme.ground);
    for (const { id, tiles } of this.layers) {
      if (FINE.has(id) && camera.zoom < CLOSE_ZOOM) continue;
      ctx.strokeStyle = ctx.fillStyle = rgb(theme[id]);
      ctx.lineCap = ctx.lineJoin = id === "lanes" ? "round" : "butt";
      if (ctx.lineCap === "butt") ctx.lineJoin = "miter";
      ctx.setLineDash(id === "dividers" ? [2, 4] : []);
      for (const { box, paths } of tiles) {
        if (box[0] > view[2] || box[2] < view[0] || box[1] > view[3] || box[3] < view[1]) continue;
        for (const [width, path] of paths) {
          if (id === "junctions") { ctx.fill(path); continue; }
          ctx.lineWidth = Math.max(width, (id === "lanes" ? 1 : 0.6) / camera.scale);
          ctx.stroke(path);
        }
      }
    }
  }
}
// Sizes the canvas to its box, clears it, and lets it draw in metres of the plane; returns the view's bounds there.
function beginCanvas(canvas, ctx, camera, ground) {
  const ratio = window.devicePixelRatio || 1, w = canvas.clientWidth, h = canvas.clientHeight;
  if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) {
    canvas.width = Math.round(w * ratio);
    canvas.height = Math.round(h * ratio);
  }
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  if (ground) { ctx.fillStyle = ground; ctx.fillRect(0, 0, canvas.width, canvas.height); }
  else ctx.clearRect(0, 0, canvas.width, canvas.height);
  const k = camera.scale * ratio;
  ctx.setTransform(k, 0, 0, -k, canvas.width / 2 - camera.x * k, canvas.height / 2 + camera.y * k);
  const dx = w / 2 / camera.scale, dy = h / 2 / camera.scale;
  return [camera.x - dx, camera.y - dy, camera.x + dx, camera.y + dy];
}

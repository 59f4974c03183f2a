// The page: loads the data, keeps the clock and the camera, draws when something changed.
class App {
  constructor(meta, network, said, runs, gl) {
    Object.assign(this, { meta, network, runs, gl, playing: false });
    // One colour a type in all runs.
    this.kinds = [...new Set(runs.flatMap((run) => run.meta.vehicles.kinds))];
    this.kinds.sort((a, b) => typeRank(a) - typeRank(b) || (a < b ? -1 : 1));
    for (const run of runs) run.kindRow = run.meta.vehicles.kinds.map((kind) => this.kinds.indexOf(kind));
    this.span = [Math.min(...runs.map((r) => r.meta.begin)), Math.max(...runs.map((r) => r.meta.end))];
    this.camera = new Camera(meta.origin, network.bounds);
    this.view = {
      t: this.span[0], speed: 10, links: 1, colour: "speed", dark: true, theme: THEMES.dark, kpi: runs.length > 1 && innerWidth > 1100,
      help: false, choice: null, follow: false, camera: this.camera,
    };
    byId("panes").classList.toggle("two", runs.length > 1);
    this.panes = runs.map((run) => this.pane(run, said));
    this.timeline = new Timeline(runs, this.span, (t, place) => { this.seek(t); if (place) this.goTo(place); });
    buildControls(this);
    this.set({});
    this.wholeMap();
    this.readHash();
    this.set({});
    window.addEventListener("resize", () => this.touch());
    window.addEventListener("hashchange", () => { if (location.hash !== this.hash) { this.readHash(); this.set({}); } });
    requestAnimationFrame((now) => this.frame(now));
  }
  pane(run, said) {
    const still = element("div", { className: "still" }), canvas = element("canvas", { className: "moving" });
    const name = element("b"), now = element("span"), node = element("div", { className: "pane" }, still, canvas,
      element("div", { className: "pane-head" }, name, now));
    byId("panes").append(node);
    const roads = this.gl ? new DeckRoads(still, said) : new CanvasRoads(still, said, this.camera);
    const painter = new Painter(canvas, this.network);
    steer(canvas, this.camera, (byHand) => { if (byHand) this.view.follow = false; this.touch(); }, (x, y) => {
      const vehicle = painter.pick(run, this.camera, x, y);
      this.choose(vehicle < 0 ? null : { run: run.index, vehicle });
    });
    return { node, roads, painter, name, now };
  }
  // ---- what people do
  play(on) {
    if (on && this.view.t >= this.span[1]) this.view.t = this.span[0];
    this.playing = on;
    this.touch();
    fillPlay(this);
  }
  seek(t) {
    this.view.t = Math.min(Math.max(t, this.span[0]), this.span[1]);
    this.touch();
  }
  choose(choice) {
    this.view.choice = choice;
    if (!choice) this.view.follow = false;
    this.touch();
  }
  follow(on) {
    this.view.follow = on;
    if (on && this.camera.zoom < 16.5) this.camera.zoom = 17;
    this.touch();
  }
  goTo([x, y]) {
    Object.assign(this.camera, { x, y, zoom: Math.max(this.camera.zoom, 16.5) });
    this.touch();
  }
  wholeMap() {
    this.view.follow = false;
    const pane = this.panes[0].node;
    this.camera.fit(pane.clientWidth, pane.clientHeight);
    this.touch();
  }
  set(changes) {
    Object.assign(this.view, changes);
    if (changes.lang) setLanguage(changes.lang);
    this.view.theme = this.view.dark ? THEMES.dark : THEMES.light;
    this.cardKey = "";
    fillTexts(this);
    fillPlay(this);
    this.touch();
  }
  touch() { this.dirty = true; }
  // ---- the loop
  frame(now) {
    const passed = Math.min((now - (this.last ?? now)) / 1000, 0.5);
    this.last = now;
    if (this.playing) {
      this.view.t = Math.min(this.view.t + passed * this.view.speed, this.span[1]);
      if (this.view.t >= this.span[1]) this.play(false);
      this.dirty = true;
    }
    if (this.dirty) this.draw(now);
    requestAnimationFrame((next) => this.frame(next));
  }
  draw(now) {
    this.dirty = false;
    const { view, camera } = this;
    for (const run of this.runs) run.seek(view.t);
    if (view.follow && view.choice) this.keepCentred(view.choice);
    const pane = this.panes[0].node;
    const still = [camera.x, camera.y, camera.zoom, view.dark, pane.clientWidth, pane.clientHeight, devicePixelRatio].join(" ");
    if (still !== this.still) {
      this.still = still;
      for (const pane of this.panes) pane.roads.draw(camera, view.theme);
      fillScale(camera);
    }
    this.panes.forEach((pane, i) => pane.painter.draw(this.runs[i], view));
    const crowded = this.panes.map((pane) => pane.painter.crowded).join();
    if (crowded !== this.crowded) {
      this.crowded = crowded;
      fillLegend(this);
      // The legend may have grown, and the panes with it shrunk.
      this.dirty = true;
    }
    fillMoment(this);
    this.timeline.draw(view.t, view.theme);
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.writeHash(), 300);
    this.drawnAt = now;
  }
  keepCentred({ run, vehicle }) {
    const slot = this.runs[run].slotOf(vehicle);
    if (slot >= 0) Object.assign(this.camera, { x: this.runs[run].px[slot], y: this.runs[run].py[slot] });
  }
  // ---- the permalink
  writeHash() {
    const { view, camera } = this, [lon, lat] = camera.lonLat();
    const parts = {
      t: view.t.toFixed(1), at: `${lon.toFixed(6)},${lat.toFixed(6)},${camera.zoom.toFixed(2)}`, x: view.speed, links: view.links,
      cars: view.colour, theme: view.dark ? "dark" : "light", lang: language,
    };
    if (view.kpi) parts.kpi = 1;
    if (view.choice) parts.v = `${view.choice.run},${view.choice.vehicle}`;
    if (view.follow) parts.follow = 1;
    if (forcedGraphics()) parts.gl = forcedGraphics();
    this.hash = `#${new URLSearchParams(parts).toString().replaceAll("%2C", ",")}`;
    history.replaceState(null, "", this.hash);
  }
  readHash() {
    const said = new URLSearchParams(location.hash.slice(1)), { view, camera } = this;
    const number = (text, otherwise) => (text !== null && text !== "" && Number.isFinite(Number(text)) ? Number(text) : otherwise);
    if (said.has("lang")) setLanguage(said.get("lang"));
    this.seek(number(said.get("t"), view.t));
    const place = (said.get("at") || "").split(",").map(Number);
    if (place.length === 3 && place.every(Number.isFinite)) {
      [camera.x, camera.y] = camera.fromLonLat(place);
      camera.zoom = Math.min(Math.max(place[2], 8), 22);
    }
    const speed = number(said.get("x"), view.speed), links = number(said.get("links"), view.links);
    if (SPEEDS.includes(speed)) view.speed = speed;
    if ([0, 1, 5].includes(links)) view.links = links;
    if (["speed", "type"].includes(said.get("cars"))) view.colour = said.get("cars");
    if (said.has("theme")) view.dark = said.get("theme") !== "light";
    if (said.has("t")) view.kpi = said.has("kpi");
    const [run, vehicle] = (said.get("v") || "").split(",").map(Number);
    if (said.has("v") && this.runs[run]?.drivesOf.has(vehicle)) {
      view.choice = { run, vehicle };
      view.follow = said.has("follow");
    }
  }
}
const forcedGraphics = () => new URLSearchParams(location.hash.slice(1)).get("gl");
async function start() {
  if (!globalThis.DecompressionStream) throw new Error(tr("old_browser"));
  const meta = JSON.parse(byId("meta").textContent);
  document.title = inLanguage(meta.title);
  const { deck, lines } = await blobJson("shapes");
  const runs = [await Run.load(0)];
  if (byId("blob-run1")) runs.push(await Run.load(1));
  const gl = forcedGraphics() === "deck" || (forcedGraphics() !== "canvas" && graphics() === "hardware");
  if (gl) await loadDeck();
  window.replay = new App(meta, unpackNetwork(lines), deck, runs, gl);
  byId("loading").remove();
  document.body.dataset.ready = "1";
}
function fail(error) {
  byId("loading")?.replaceChildren(element("b", { textContent: tr("broken") }), element("p", { textContent: error.message }));
  document.body.dataset.failed = error.message;
  console.error(error);
}
start().catch(fail);

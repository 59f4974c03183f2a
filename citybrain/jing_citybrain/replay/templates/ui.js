// Buttons, keys, legend, panels: everything of the page that is not the map.
const SPEEDS = [1, 2, 5, 10, 20, 60, 120];
function buildControls(app) {
  const on = (id, act) => byId(id).addEventListener("click", act);
  on("btn-play", () => app.play(!app.playing));
  on("btn-back", () => app.seek(app.view.t - 10));
  on("btn-ahead", () => app.seek(app.view.t + 10));
  on("btn-colour", () => app.set({ colour: app.view.colour === "speed" ? "type" : "speed" }));
  on("btn-links", () => app.set({ links: { 0: 1, 1: 5, 5: 0 }[app.view.links] }));
  on("btn-kpi", () => app.set({ kpi: !app.view.kpi }));
  on("btn-theme", () => app.set({ dark: !app.view.dark }));
  on("btn-lang", () => app.set({ lang: language === "zh" ? "en" : "zh" }));
  on("btn-help", () => app.set({ help: !app.view.help }));
  const choices = byId("speed");
  choices.append(...SPEEDS.map((s) => element("option", { value: s, textContent: `×${s}` })));
  choices.addEventListener("change", () => { app.set({ speed: Number(choices.value) }); choices.blur(); });
  window.addEventListener("keydown", (e) => onKey(app, e));
}
function onKey(app, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "SELECT") return;
  const { view } = app, far = event.shiftKey ? 60 : 10;
  const step = (by) => SPEEDS[Math.min(Math.max(SPEEDS.indexOf(view.speed) + by, 0), SPEEDS.length - 1)];
  const zoom = (by) => { app.camera.zoomAt(0, 0, by); app.touch(); };
  const acts = {
    " ": () => app.play(!app.playing), ArrowLeft: () => app.seek(view.t - far), ArrowRight: () => app.seek(view.t + far),
    ",": () => app.seek(view.t - 1), ".": () => app.seek(view.t + 1), Home: () => app.seek(app.span[0]), End: () => app.seek(app.span[1]),
    "[": () => app.set({ speed: step(-1) }), "]": () => app.set({ speed: step(1) }),
    "+": () => zoom(0.5), "=": () => zoom(0.5), "-": () => zoom(-0.5), 0: () => app.wholeMap(),
    f: () => view.choice && app.follow(!view.follow), c: () => byId("btn-colour").click(), r: () => byId("btn-links").click(),
    k: () => byId("btn-kpi").click(), d: () => byId("btn-theme").click(), l: () => byId("btn-lang").click(),
    "?": () => byId("btn-help").click(),
    Escape: () => (view.help ? app.set({ help: false }) : app.choose(null)),
  };
  const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
}
const swatch = (colour, shape = "bar") => { const node = element("i", { className: shape }); node.style.background = colour; return node; };
const legendPart = (title, rows) => element("section", {}, element("h3", { textContent: title }),
  ...rows.map(([colour, text, shape]) => element("span", {}, swatch(colour, shape), text)));
function fillLegend(app) {
  const { view } = app, { theme } = view, parts = [];
  if (view.links) parts.push(legendPart(tr("legend_links"), [1, 2, 3, 4, 5].map((c) => [theme.links[c], tr(`class_${c}`)])));
  const automated = app.runs.some((run) => run.meta.vehicles.av.includes(1)) ? [[theme.av, tr("av"), "dot"]] : [];
  if (view.colour === "speed") {
    const b = SPEED_BREAKS_KMH, texts = [`< ${b[0]}`, ...b.slice(1).map((high, i) => `${b[i]}–${high}`), `≥ ${b[3]}`];
    parts.push(legendPart(tr("legend_speed"), [...texts.map((text, i) => [theme.speeds[i], text, "dot"]), ...automated]));
  } else {
    const rows = app.kinds.map((kind, i) => [theme.types[i % theme.types.length], nameOf(kind), "dot"]);
    parts.push(legendPart(tr("legend_type"), [...rows, ...automated]));
  }
  const states = [[0, "red"], [1, "yellow"], [2, "green"], [3, "permissive"]];
  parts.push(legendPart(tr("legend_signals"), states.map(([s, key]) => [theme.signals[s], tr(key)])));
  if (app.panes.some((pane) => pane.painter.crowded)) parts.push(legendPart("", [[`rgb(${theme.density})`, tr("legend_density"), "dot"]]));
  byId("legend").replaceChildren(...parts);
}
function fillPanels(app) {
  const { meta, view } = app;
  const kpi = byId("kpi"), help = byId("help");
  kpi.hidden = !view.kpi;
  help.hidden = !view.help;
  const close = (key) => element("button", { className: "close", textContent: "×", title: tr("close"), onclick: () => app.set({ [key]: false }) });
  const curve = element("p", { className: "note" }, `${tr("curve")}: `, ...app.runs.flatMap((run, i) =>
    [swatch(view.theme.curve[i]), ` ${app.runs.length > 1 ? "AB"[i] + " " : ""}${nameOf(run.meta.plan)} `]));
  const notes = [...new Set(app.runs.flatMap((run) => run.meta.warnings))];
  const list = notes.length ? [element("h3", { textContent: tr("warnings") }), element("ul", {}, ...notes.map((n) => element("li", { textContent: n })))] : [];
  kpi.replaceChildren(close("kpi"), element("h2", { textContent: tr("figures") }), figureTable(meta.kpis), curve, ...list);
  help.replaceChildren(close("help"), element("h2", { textContent: tr("help") }), element("dl", {}, ...KEYS.flatMap(([key, text]) =>
    [element("dt", {}, element("kbd", { textContent: key })), element("dd", { textContent: text[side()] })])));
}
function fillTexts(app) {
  const { view, meta, runs } = app;
  document.title = byId("title").textContent = inLanguage(meta.title);
  document.body.className = `replay ${view.dark ? "dark" : "light"}`;
  const say = (id, text, title = text) => { byId(id).textContent = text; byId(id).title = title; };
  say("btn-colour", tr(`colour_${view.colour}`));
  say("btn-links", tr(`links_${view.links}`));
  say("btn-kpi", tr("kpi"));
  say("btn-theme", tr(view.dark ? "theme_dark" : "theme_light"));
  say("btn-lang", tr("lang"));
  byId("btn-help").title = tr("help");
  byId("btn-kpi").classList.toggle("on", view.kpi);
  const label = (id, text) => { byId(id).title = text; byId(id).setAttribute("aria-label", text); };
  label("btn-back", tr("back"));
  label("btn-ahead", tr("ahead"));
  label("speed", tr("speed"));
  label("scrub", tr("scrub"));
  byId("speed").value = view.speed;
  const badges = [runs.some((r) => !r.meta.georeferenced) && tr("nominal"), runs.some((r) => r.meta.status !== "complete") && tr("partial")];
  byId("badge").textContent = badges.filter(Boolean).join(" · ");
  const credit = [runs[0].meta.attribution || "", runs[0].meta.approval && `审图号：${runs[0].meta.approval}`.replace(/^审图号：审图号[:：]?/, "审图号：")];
  byId("credit").textContent = credit.filter(Boolean).join("　");
  app.panes.forEach((pane, i) => {
    const plan = `${nameOf(runs[i].meta.plan)} · ${tr("seed")} ${runs[i].meta.seed}`;
    pane.name.textContent = runs.length > 1 ? `${"AB"[i]}  ${plan}` : plan;
  });
  app.timeline.relabel();
  fillPanels(app);
  fillLegend(app);
}
function fillMoment(app) {
  const { runs, view } = app;
  byId("clock-time").textContent = clockText(runs[0].meta.t0, view.t);
  byId("clock-date").textContent = dateText(runs[0].meta.t0, view.t);
  app.panes.forEach((pane, i) => {
    const run = runs[i], kmh = Number.isNaN(run.meanMps) ? "–" : (run.meanMps * 3.6).toFixed(1);
    pane.now.textContent = `${tr("in_network")} ${run.count.toLocaleString("en")} · ${tr("mean_speed")} ${kmh} km/h · ${tr("halting")} ${run.halting}`;
  });
  fillCard(app);
}
function fillPlay(app) {
  byId("play-shape").setAttribute("d", app.playing ? "M6 4h4v16H6zM14 4h4v16h-4z" : "M7 4v16l13-8z");
  byId("btn-play").title = tr(app.playing ? "pause" : "play");
  byId("btn-play").setAttribute("aria-label", byId("btn-play").title);
}
function fillScale(camera) {
  const metres = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((m) => m * camera.scale >= 60) || 10000;
  byId("scale").style.width = `${metres * camera.scale}px`;
  byId("scale").firstChild.textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
}

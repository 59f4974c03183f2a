// The page of one case: replay, criteria, series, storyboard, evidence.
let stopPlayer = () => {};
async function showCase(meta, row) {
  stopPlayer();
  const root = byId("case"), index = meta.cases.indexOf(row);
  const go = (text, to) => element("a", { href: to ? `#case=${encodeURIComponent(to.case)}` : "#" }, element("button", { disabled: !to }, text));
  root.replaceChildren(
    element("section", { className: "card" },
      element("div", { className: "case-head" }, element("h2", {}, row.case), badge(row.verdict), element("span", { className: "soft" }, scenarioTitle(meta, row.scenario)),
        element("nav", {}, go(`‹ ${tr("previous")}`, meta.cases[index - 1]), go(`${tr("next")} ›`, meta.cases[index + 1]), element("a", { href: "#" }, element("button", {}, tr("back"))))),
      element("p", { className: "case-reason" }, reasonOf(row))),
    element("section", { className: "card", id: "view" }), criteriaCard(row), element("section", { className: "card", id: "lines", hidden: true }),
    element("section", { className: "card", id: "board", hidden: true }), factsCard(meta, row));
  if (!row.page) { byId("view").append(element("p", { className: "soft" }, tr("no_replay"))); root.dataset.shown = row.case; return; }
  const data = await blobJson(row.page);
  if (byId("view")) play(data);
  root.dataset.shown = row.case;
}

function criteriaCard(row) {
  const cells = ["verdict", "criterion", "value", "threshold", "at", "with", "requirement", "reason"];
  const line = (c) => element("tr", {}, element("td", {}, badge(c.verdict)), element("td", {}, criterionName(c.name)), element("td", { className: "number" }, `${said(c.value)} ${unitText(c.unit)}`),
    element("td", { className: "number" }, c.threshold === null ? "–" : `${c.comparison} ${said(c.threshold)} ${unitText(c.unit)}`), element("td", { className: "number" }, c.worst_time_s === null ? "–" : `${said(c.worst_time_s)} s`),
    element("td", {}, c.other), element("td", {}, [...new Set([c.requirement, c.clause])].filter(Boolean).join(" ")), element("td", { className: "reason" }, (language === "zh" && c.reason_zh) || c.reason));
  return card("verdicts", tr("criteria"), element("div", { className: "scroll" }, element("table", {},
    element("thead", {}, element("tr", {}, ...cells.map((key) => element("th", { className: ["value", "threshold", "at"].includes(key) ? "number" : "" }, tr(key))))), element("tbody", {}, ...row.criteria.map(line)))));
}

function factsCard(meta, row) {
  const own = meta.scenarios.find((s) => s.id === row.scenario) || {};
  const prevent = row.preventable === null ? "" : `${tr(row.preventable ? "yes_prevent" : "no_prevent")}${row.label ? ` (${row.label})` : ""}`;
  const chips = Object.entries(row.parameters).map(([name, value]) => element("span", { className: "chip" }, `${parameterTitle(meta, name)} ${said(value)} ${unitOf(meta, name)}`));
  return card("facts", tr("facts"), facts([
    [tr("objective"), inLanguage(own.objective)], [tr("steps"), inLanguage(own.steps)], [tr("expected"), inLanguage(own.expected)], [tr("requirement"), (own.requirements || []).join(", ")],
    [tr("preventable"), prevent], [tr("parameters"), chips.length ? element("span", {}, ...chips) : ""], [tr("odd"), Object.entries(row.odd).map(([a, v]) => `${nameOf(a)}: ${nameOf(v)}`).join(", ")],
    [tr("seed"), String(row.seed)], [tr("stack"), nameOf(row.stack)], [tr("ended"), row.sim_end_s === null ? "" : `${said(row.sim_end_s)} s ${row.stopped_by}`], [tr("wall"), row.wall_s === null ? "" : `${row.wall_s.toFixed(2)} s`],
    [tr("scenario_hash"), row.scenario_hash && element("code", {}, row.scenario_hash)], [tr("map"), row.map_hash && element("code", {}, row.map_hash)],
    [tr("code"), row.code_hash && element("code", {}, row.code_hash)], [tr("run"), row.run && element("code", {}, row.run)]]));
}

function play(data) {
  const begin = data.t[0], end = data.t[data.t.length - 1];
  const stage = element("div", { id: "stage" });
  const button = element("button", { className: "main" }, tr("play")), slider = element("input", { type: "range", min: begin, max: end, step: 10, value: begin });
  const follow = element("button", {}, tr("follow")), fit = element("button", {}, tr("fit")), clock = element("output", {});
  byId("view").append(element("h2", {}, tr("replay")), stage, element("div", { className: "player" }, button, follow, fit, slider, clock));
  const eye = new BirdsEye(stage, data);
  const seek = (ms) => { time = Math.min(end, Math.max(begin, ms)); show(); };
  // Counts that stayed as they were have no line worth drawing.
  const telling = data.series.filter((series) => series.unit !== "1" || new Set(series.v).size > 1);
  const plots = telling.map((series) => plot(series, begin, end, seek));
  if (plots.length) { byId("lines").hidden = false; byId("lines").append(element("h2", {}, tr("series")), element("div", { className: "plots" }, ...plots.map((p) => p.node))); }
  const bars = [];
  if (data.story.length || data.signals.length || data.contacts.length) {
    bars.push(storyline(data, begin, end, seek));
    byId("board").hidden = false;
    byId("board").append(element("h2", {}, tr("storyboard")), bars[0].node);
  }
  let time = begin, before = 0, playing = false;
  const show = () => {
    eye.show(time); slider.value = time; clock.textContent = `${(time / 1000).toFixed(1)} / ${(end / 1000).toFixed(1)} s`;
    for (const part of [...plots, ...bars]) part.cursor(time);
  };
  const tick = (now) => {
    if (!playing) return;
    time = Math.min(end, time + (before ? now - before : 0)); before = now;
    show();
    if (time >= end) set(false); else requestAnimationFrame(tick);
  };
  const set = (on) => { playing = on; before = 0; button.textContent = tr(on ? "pause" : "play"); if (on) { if (time >= end) time = begin; requestAnimationFrame(tick); } };
  button.onclick = () => set(!playing);
  slider.oninput = () => seek(Number(slider.value));
  follow.onclick = () => { eye.following = true; eye.scale = Math.max(eye.scale, CLOSE); eye.show(time); };
  fit.onclick = () => eye.fit();
  stopPlayer = () => { playing = false; };
  window.player = { eye, seek, set, get time() { return time; } };
  // A page opens shortly before the contact, or before the worst instant of what failed.
  const worst = data.series.filter((one) => one.verdict === "fail" && one.worst[0] !== null).map((one) => one.worst[0] * 1000);
  const opens = data.contacts.length ? data.contacts[0][0] : worst.length ? Math.min(...worst) : begin;
  seek(opens - (opens > begin ? 500 : 0));
}

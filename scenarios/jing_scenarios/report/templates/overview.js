// The first page: figures, the table of cases with filters, clusters, coverage, facts.
const VERDICTS = ["pass", "fail", "error", "inconclusive"];
const ROWS = 50;
const filter = { verdict: "", scenario: "", text: "", tag: "", names: null, page: 0 };

const card = (id, title, ...children) => element("section", { className: "card", id }, element("h2", {}, title), ...children);
const scenarioTitle = (meta, id) => { const own = meta.scenarios.find((row) => row.id === id); return own ? inLanguage(own.title) || id : id; };
const unitOf = (meta, name) => (meta.parameters[name] || {}).unit || "";
const parameterTitle = (meta, name) => inLanguage((meta.parameters[name] || {}).title) || nameOf(name);

function showOverview(meta) {
  const root = byId("overview");
  root.replaceChildren(
    tiles(meta), ...(meta.comparison ? [comparison(meta)] : []), casesCard(meta), clustersCard(meta), coverageCard(meta), aboutCard(meta));
  fillTable(meta);
}

function tiles(meta) {
  const tile = (kind, count, text) => {
    const node = element("button", { className: `tile ${kind}${kind && filter.verdict === kind ? " on" : ""}` },
      element("b", {}, String(count)), element("span", { className: "soft" }, text));
    node.onclick = () => { filter.verdict = filter.verdict === kind ? "" : kind; filter.page = 0; filter.names = null; showOverview(meta); location.hash = "#"; };
    return node;
  };
  const boxes = [tile("", meta.all, tr("total")), ...VERDICTS.map((verdict) => tile(verdict, meta.totals[verdict], tr(verdict)))];
  if (meta.labelled) boxes.push(element("div", { className: "tile fail" }, element("b", {}, String(meta.missed)), element("span", { className: "soft" }, tr("preventable_failed"))));
  const strip = element("div", { className: "strip" }, ...VERDICTS.filter((v) => meta.totals[v]).map((v) => {
    const part = element("i", { className: v, title: `${tr(v)} ${meta.totals[v]}` });
    part.style.flex = String(meta.totals[v]);
    return part;
  }));
  return element("section", { id: "totals" }, element("div", { className: "tiles" }, ...boxes), strip);
}

function comparison(meta) {
  const found = meta.comparison;
  const button = (key) => {
    const node = element("button", { className: `tile ${key === "new" ? "fail" : key === "fixed" ? "pass" : ""}` },
      element("b", {}, String(found[key].length)), element("span", { className: "soft" }, tr(key)));
    if (key !== "missing") node.onclick = () => { filter.names = new Set(found[key]); filter.verdict = ""; filter.page = 0; fillTable(meta); byId("cases").scrollIntoView(); };
    return node;
  };
  return card("compared", `${tr("compared")}${found.stack ? ` (${tr("baseline_stack")}: ${nameOf(found.stack)})` : ""}`,
    element("div", { className: "tiles" }, ...["new", "fixed", "same_bad", "same_good", "unclear", "added", "missing"].filter((key) => found[key].length || ["new", "fixed"].includes(key)).map(button)));
}

function casesCard(meta) {
  const choose = (key, values, texts) => {
    const node = element("select", { name: key, title: tr(key === "tag" ? "tags" : key) }, element("option", { value: "" }, `${tr(key === "tag" ? "tags" : key)}: ${tr("all")}`),
      ...values.map((value, i) => element("option", { value }, texts[i])));
    node.value = filter[key];
    node.onchange = () => { filter[key] = node.value; filter.page = 0; filter.names = null; fillTable(meta); };
    return node;
  };
  const search = element("input", { type: "search", placeholder: tr("search"), value: filter.text });
  search.oninput = () => { filter.text = search.value.toLowerCase(); filter.page = 0; filter.names = null; fillTable(meta); };
  const ids = [...new Set(meta.cases.map((row) => row.scenario))];
  const tags = [...new Set(meta.cases.flatMap((row) => Object.entries(row.odd).map(([axis, value]) => `${axis}=${value}`)))].sort();
  return card("cases", tr("cases"),
    element("div", { className: "filters" },
      choose("verdict", VERDICTS, VERDICTS.map((v) => tr(v))),
      choose("scenario", ids, ids.map((id) => scenarioTitle(meta, id))),
      choose("tag", tags, tags.map((tag) => tag.split("=").map(nameOf).join(": "))),
      search, element("span", { className: "count", id: "count" })),
    element("div", { className: "scroll" }, element("table", { className: "cases" },
      element("thead", {}, element("tr", {}, ...columns(meta).map((key) => element("th", {}, tr(key))))),
      element("tbody", { id: "rows" }))),
    element("div", { className: "pager", id: "pager" }));
}

// Parameters that are tags have no column of their own.
const columns = (meta) => ["cases", "verdict", "scenario", ...(meta.cases.some((row) => Object.keys(row.parameters).some((name) => row.odd[name] === undefined)) ? ["parameters"] : []), "tags", "reason"];

function chosen(meta) {
  return meta.cases.filter((row) => {
    if (filter.names && !filter.names.has(row.case)) return false;
    if (filter.verdict && row.verdict !== filter.verdict) return false;
    if (filter.scenario && row.scenario !== filter.scenario) return false;
    if (filter.tag) { const [axis, value] = filter.tag.split("="); if (row.odd[axis] !== value) return false; }
    if (!filter.text) return true;
    const words = [row.case, row.reason, reasonOf(row), scenarioTitle(meta, row.scenario), ...Object.entries(row.parameters).map(([k, v]) => `${k}=${said(v)}`)];
    return words.join(" ").toLowerCase().includes(filter.text);
  });
}

function fillTable(meta) {
  const rows = chosen(meta);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS));
  filter.page = Math.min(filter.page, pages - 1);
  byId("count").textContent = tr("shown", { n: rows.length, all: meta.cases.length }) + (meta.all > meta.cases.length ? ` (${tr("listed", { all: meta.all })})` : "");
  byId("rows").replaceChildren(...rows.slice(filter.page * ROWS, (filter.page + 1) * ROWS).map((row) => caseRow(meta, row)));
  const turn = (text, by) => { const node = element("button", {}, text); node.onclick = () => { filter.page += by; fillTable(meta); }; return node; };
  byId("pager").replaceChildren(...(pages === 1 ? [] : [
    ...(filter.page ? [turn("‹", -1)] : []), tr("page", { n: filter.page + 1, all: pages }), ...(filter.page + 1 < pages ? [turn("›", 1)] : [])]));
}

function caseRow(meta, row) {
  const chips = Object.entries(row.parameters).filter(([name]) => row.odd[name] === undefined)
    .map(([name, value]) => element("span", { className: "chip" }, `${parameterTitle(meta, name)} ${said(value)}${unitOf(meta, name) ? ` ${unitOf(meta, name)}` : ""}`));
  const tags = Object.values(row.odd).map((value) => element("span", { className: "chip" }, nameOf(value)));
  const cells = {
    cases: [element("a", { href: `#case=${encodeURIComponent(row.case)}` }, row.case)], verdict: [badge(row.verdict)], scenario: [scenarioTitle(meta, row.scenario)],
    parameters: chips, tags, reason: [reasonOf(row)] };
  const node = element("tr", {}, ...columns(meta).map((key) => element("td", { className: key }, ...cells[key])));
  node.onclick = () => { location.hash = `#case=${encodeURIComponent(row.case)}`; };
  return node;
}

function reasonOf(row) {
  const broken = row.criteria.filter((c) => c.verdict === "fail").map((c) => (language === "zh" && c.reason_zh) || c.reason || criterionName(c.name));
  return broken.length && row.verdict === "fail" ? broken.join("; ") : row.reason;
}

function clustersCard(meta) {
  const extent = ([name, box]) => {
    const unit = unitOf(meta, name);
    const text = typeof box[0] === "number" ? (box[0] === box[1] ? said(box[0]) : `${said(box[0])} – ${said(box[1])}`) : box.map(nameOf).join(", ");
    return element("span", { className: "chip" }, `${parameterTitle(meta, name)}: ${text}${unit ? ` ${unit}` : ""}`);
  };
  const one = (cluster) => {
    const show = element("button", {}, `${cluster.cases.length} ${tr("cases").toLowerCase()}`);
    show.onclick = () => { filter.names = new Set(cluster.cases); filter.verdict = ""; filter.page = 0; fillTable(meta); byId("cases").scrollIntoView(); };
    const what = cluster.criteria.length ? `${tr("broken")}: ${cluster.criteria.map(criterionName).join(", ")}` : tr(cluster.verdict === "error" ? "crashed" : "fail");
    return element("div", { className: `cluster ${cluster.verdict}` },
      element("h3", {}, `${scenarioTitle(meta, cluster.scenario)} `, badge(cluster.verdict)), element("p", {}, what),
      element("p", {}, ...Object.entries(cluster.box).map(extent)),
      element("p", { className: "soft" }, tr("in_box", { n: cluster.failing, all: cluster.inside })),
      cluster.verdict === "error" ? element("p", {}, element("code", {}, cluster.reason)) : "", show);
  };
  return card("failures", tr("failures"), ...(meta.clusters.length ? [element("div", { className: "clusters" }, ...meta.clusters.map(one))] : [element("p", {}, tr("no_failures"))]),
    element("p", { className: "soft" }, element("small", {}, tr("cluster_rule"))));
}

function coverageCard(meta) {
  const axis = (row, title, unit) => {
    const most = Math.max(1, ...row.bins.map((bin) => bin.counts.reduce((a, b) => a + b, 0)));
    const bars = row.bins.map((bin) => {
      const total = bin.counts.reduce((a, b) => a + b, 0);
      const parts = bin.counts.map((count, i) => { const part = element("i", { className: VERDICTS[i], title: `${tr(VERDICTS[i])} ${count}` }); part.style.width = `${100 * count / most}%`; return part; });
      return element("div", { className: bin.hit ? "bin" : "bin hole" }, element("span", { title: nameOf(bin.label) }, nameOf(bin.label)), element("div", { className: "bar" }, ...parts), element("span", {}, String(total)));
    });
    const notes = [tr("hit", { n: row.bins.filter((bin) => bin.hit).length, all: row.bins.length }), ...(row.declared ? [] : [tr("undeclared")]), ...(row.outside ? [tr("outside", { n: row.outside })] : [])];
    return element("div", { className: "axis" }, element("header", {}, element("b", {}, title + (unit ? ` [${unit}]` : "")), element("small", {}, notes.join(" · "))), ...bars);
  };
  const pair = (row) => element("table", {}, element("thead", {}, element("tr", {}, element("th", {}, `${nameOf(row.first)} × ${nameOf(row.second)}`), ...row.columns.map((name) => element("th", {}, nameOf(name))))),
    element("tbody", {}, ...row.rows.map((name, i) => element("tr", {}, element("th", {}, nameOf(name)), ...row.counts[i].map((n) => element("td", { className: n ? "" : "hole" }, String(n)))))));
  const parts = [element("p", { className: "soft" }, tr("coverage_rule"))];
  if (meta.coverage.odd.length) parts.push(element("h3", {}, tr("odd")), element("div", { className: "axes" }, ...meta.coverage.odd.map((row) => axis(row, nameOf(row.name), ""))));
  if (meta.coverage.pairs.length) parts.push(element("div", { className: "pairs" }, ...meta.coverage.pairs.map(pair)), element("br"));
  if (meta.coverage.parameters.length) parts.push(element("h3", {}, tr("parameters")), element("div", { className: "axes" }, ...meta.coverage.parameters.map((row) => axis(row, parameterTitle(meta, row.name), unitOf(meta, row.name)))));
  return card("coverage", tr("coverage"), ...parts);
}

function facts(rows) {
  return element("dl", { className: "facts" }, ...rows.filter(([, value]) => value).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

function aboutCard(meta) {
  const about = meta.about;
  return card("about", tr("about"), facts([
    [tr("standard"), about.standard], [tr("taken"), inLanguage(about.taken)], [tr("reading"), inLanguage(about.reading)], [tr("stack"), nameOf(about.stack)],
    [tr("started"), about.started], [tr("wall"), about.wall_s === null ? "" : `${about.wall_s.toFixed(1)} s`], [tr("command"), about.command && element("code", {}, about.command)],
    [tr("code"), about.code.length ? element("code", {}, about.code.join(" ")) : ""], [tr("map"), about.maps.length ? element("code", {}, about.maps.join("\n")) : ""],
    [tr("warnings"), about.warnings.join("\n")], [tr("replay"), tr("embedded", { n: about.embedded, all: meta.all })]]));
}

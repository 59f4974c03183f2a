// Lines over time against thresholds, and the bars of the storyboard; both show the player's time.
const PLOT = { width: 460, height: 150, left: 46, right: 8, top: 8, bottom: 20 };
function niceTicks(low, high, count) {
  const raw = (high - low) / count || 1, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  const ticks = [];
  for (let v = Math.ceil(low / step - 1e-9) * step; v <= high + 1e-9 * step; v += step) ticks.push(Number(v.toPrecision(10)));
  return ticks;
}
function timeAxis(box, begin, end, height) {
  const x = (ms) => box.left + (box.width - box.left - box.right) * (ms - begin) / Math.max(1, end - begin);
  const marks = niceTicks(begin / 1000, end / 1000, 6).flatMap((s) => [
    drawn("line", { class: "grid", x1: x(s * 1000), x2: x(s * 1000), y1: box.top, y2: height - box.bottom }),
    drawn("text", { x: x(s * 1000), y: height - 6, "text-anchor": "middle" }, `${s}`)]);
  return { x, marks };
}
function seeker(svg, box, begin, end, seek) {
  const move = (event) => {
    const rect = svg.getBoundingClientRect();
    const at = (event.clientX - rect.left) / rect.width * box.width;
    seek(begin + (at - box.left) / (box.width - box.left - box.right) * (end - begin));
  };
  svg.onpointerdown = (event) => { svg.setPointerCapture(event.pointerId); move(event); svg.onpointermove = move; };
  svg.onpointerup = () => { svg.onpointermove = null; };
}
// A series; returns { node, cursor(ms) }.
function plot(series, begin, end, seek) {
  const box = PLOT, known = series.v.filter((v) => v !== null);
  let low = Math.min(...known), high = Math.max(...known);
  const limit = series.threshold;
  if (limit !== null) {
    // Far values (metres to somebody a kilometre away, times to collision at standstill) would press what matters flat:
    // shown is what is near the threshold, and the nearer half of the values.
    const sorted = [...known].sort((a, b) => a - b), middle = sorted[Math.floor(sorted.length / 2)], reach = Math.max(Math.abs(limit) * 9, 1);
    if (series.comparison.startsWith(">")) high = Math.min(high, Math.max(limit + reach, low + 1.3 * (middle - low))); else low = Math.max(low, Math.min(limit - reach, high - 1.3 * (high - middle)));
    low = Math.min(low, limit); high = Math.max(high, limit);
  }
  const pad = (high - low || Math.abs(high) || 1) * 0.08;
  low -= pad; high += pad;
  const { x, marks } = timeAxis(box, begin, end, box.height);
  const y = (v) => box.height - box.bottom - (box.height - box.top - box.bottom) * (Math.min(high, Math.max(low, v)) - low) / (high - low);
  const svg = drawn("svg", { viewBox: `0 0 ${box.width} ${box.height}` }, ...marks);
  for (const tick of niceTicks(low, high, 4)) svg.append(drawn("line", { class: "grid", x1: box.left, x2: box.width - box.right, y1: y(tick), y2: y(tick) }), drawn("text", { x: box.left - 5, y: y(tick) + 4, "text-anchor": "end" }, `${tick}`));
  if (limit !== null && series.comparison) {
    const bad = series.comparison.startsWith(">") ? [y(limit), box.height - box.bottom] : [box.top, y(limit)];
    svg.append(drawn("rect", { class: "forbidden", x: box.left, width: box.width - box.left - box.right, y: bad[0], height: Math.max(0, bad[1] - bad[0]) }),
      drawn("line", { class: "limit", x1: box.left, x2: box.width - box.right, y1: y(limit), y2: y(limit) }));
  }
  let path = "", open = false;
  series.t.forEach((t, i) => { if (series.v[i] === null) { open = false; return; } path += `${open ? "L" : "M"}${x(t * 1000).toFixed(1)} ${y(series.v[i]).toFixed(1)}`; open = true; });
  svg.append(drawn("path", { class: series.verdict === "fail" ? "bad-line" : "line", d: path }));
  if (series.worst[0] !== null && series.worst[1] !== null) svg.append(drawn("circle", { class: "worst", cx: x(series.worst[0] * 1000), cy: y(series.worst[1]), r: 4 }));
  const line = drawn("line", { class: "cursor", y1: box.top, y2: box.height - box.bottom, x1: box.left, x2: box.left });
  svg.append(line);
  seeker(svg, box, begin, end, seek);
  const now = element("span", { className: "soft" });
  const bound = limit === null ? "" : ` ${series.comparison} ${said(limit)} ${unitText(series.unit)}`;
  const node = element("div", { className: "plot" }, element("header", {}, element("span", {}, element("b", {}, TEXTS[series.name] ? tr(series.name) : criterionName(series.name)), unitText(series.unit) ? ` [${unitText(series.unit)}]` : "", element("small", {}, bound ? ` ${bound}` : "")), now), svg);
  return { node, cursor: (ms) => {
    line.setAttribute("x1", x(ms)); line.setAttribute("x2", x(ms));
    let i = series.t.findIndex((t) => t * 1000 > ms); i = (i < 0 ? series.t.length : i) - 1;
    now.textContent = said(series.v[Math.max(0, i)], 3);
  } };
}
const BAR_COLOURS = { story: "#94a3b8", act: "#64748b", maneuverGroup: "#a1a1aa", maneuver: "#8b9a6b", event: "#0b7285", action: "#1c7ed6" };
const LAMPS = [[/red|stop/i, "#e03131"], [/yellow|amber|attention/i, "#f08c00"], [/green|go/i, "#2f9e44"]];
const lampColour = (state) => (LAMPS.find(([word]) => word.test(state)) || [0, "#adb5bd"])[1];
// The storyboard and the signals as bars; returns { node, cursor(ms) }.
function storyline(data, begin, end, seek) {
  const shown = data.story.filter(([name, type]) => ["act", "maneuver", "event", "action"].includes(type) && !name.startsWith("Init ")).slice(0, 40);
  const lines = [...shown.map(([name, type, from, to]) => ({ name, type, parts: [[from, to, BAR_COLOURS[type]]] })),
    ...data.signals.slice(0, 12).map(([name, ...states]) => ({ name: `${tr("signals")} ${name}`, type: "signals", parts: states.map(([at, state], i) => [at, i + 1 < states.length ? states[i + 1][0] : end, lampColour(state)]) }))];
  if (data.contacts.length) lines.push({ name: tr("contact"), type: "", parts: data.contacts.map(([at]) => [at, at + (end - begin) * 0.006, "#e03131"]) });
  const box = { width: 960, left: 270, right: 10, top: 6, bottom: 20 }, step = 19, height = box.top + lines.length * step + box.bottom;
  const { x, marks } = timeAxis(box, begin, end, height);
  const svg = drawn("svg", { viewBox: `0 0 ${box.width} ${height}` }, ...marks);
  lines.forEach((row, i) => {
    const y = box.top + i * step, name = row.name.length > 34 ? `${row.name.slice(0, 33)}…` : row.name;
    svg.append(drawn("text", { class: "label", x: box.left - 8, y: y + 13, "text-anchor": "end" }, name, drawn("title", {}, row.name)));
    if (row.type && row.type !== "signals") svg.append(drawn("text", { x: 4, y: y + 13 }, nameOf(row.type)));
    for (const [from, to, fill] of row.parts) svg.append(drawn("rect", { class: "running", x: x(from), y: y + 3, width: Math.max(2, x(to) - x(from)), height: step - 6, fill }));
  });
  const line = drawn("line", { class: "cursor", y1: 0, y2: height - box.bottom, x1: box.left, x2: box.left });
  svg.append(line);
  seeker(svg, box, begin, end, seek);
  return { node: element("div", { className: "story" }, svg), cursor: (ms) => { line.setAttribute("x1", x(ms)); line.setAttribute("x2", x(ms)); } };
}

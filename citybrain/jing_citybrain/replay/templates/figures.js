// The table of key figures, of a replay or on the entry page.
const MORE_IS_BETTER = new Set(["arrived"]);
const figureText = (value) => (value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: Math.abs(value) < 100 ? 1 : 0 }));
function figureTable(panel) {
  const plans = panel.plans, compared = plans.length === 2;
  const heads = [tr("figure"), ...plans.map((p, i) => `${plans.length > 1 ? "AB"[i] ?? "" : ""} ${nameOf(p.plan)}`.trim())];
  if (compared) heads.push(tr("change"));
  const head = element("tr", {}, ...heads.map((text) => element("th", { textContent: text })));
  const rows = panel.names.map((name, at) => {
    const cells = plans.map((p) => {
      const [mean, half] = p.values[at];
      const cell = element("td", {}, element("b", { textContent: figureText(mean) }));
      if (half !== null) cell.append(element("small", { textContent: ` ± ${figureText(half)}` }));
      return cell;
    });
    if (compared) cells.push(changeCell(name, plans[0].values[at], plans[1].values[at]));
    return element("tr", {}, element("td", { textContent: tr(name) }), ...cells);
  });
  const seeds = [...new Set(plans.map((p) => p.seeds))].join(" / ");
  const single = plans.every((p) => p.seeds <= 1);
  const note = single ? tr("single_note") : tr("seeds_note").replace("{n}", seeds);
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows));
  return element("div", { className: "figures" }, table, element("p", { className: "note", textContent: note }));
}
// A change counts as better or worse only where the intervals are apart.
function changeCell(name, [a, halfA], [b, halfB]) {
  if (a === null || b === null || a === 0) return element("td", { textContent: "–" });
  const part = (b - a) / Math.abs(a) * 100;
  const sure = halfA !== null && halfB !== null && Math.abs(b - a) > halfA + halfB;
  const better = (b > a) === MORE_IS_BETTER.has(name);
  const text = `${part > 0 ? "+" : part < 0 ? "−" : ""}${Math.abs(part).toFixed(1)} %`;
  return element("td", { textContent: text, className: sure ? (better ? "better" : "worse") : "" });
}

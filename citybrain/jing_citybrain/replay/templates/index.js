// The entry page: a card for each replay.
const meta = JSON.parse(byId("meta").textContent);
function fillIndex() {
  document.title = byId("title").textContent = inLanguage(meta.title);
  const dark = document.body.classList.contains("dark");
  byId("btn-lang").textContent = tr("lang");
  byId("btn-theme").textContent = tr(dark ? "theme_dark" : "theme_light");
  byId("entries").replaceChildren(...meta.entries.map((entry) => {
    const link = element("a", { href: entry.link, className: "open", textContent: tr("open_replay") });
    const size = element("small", { textContent: ` ${(entry.bytes / 1e6).toFixed(1)} MB` });
    const card = element("article", {}, element("h2", { textContent: inLanguage(entry.title) }));
    if (entry.kpis.names.length) card.append(figureTable(entry.kpis));
    card.append(element("p", {}, link, size));
    link.addEventListener("click", () => { link.href = `${entry.link}#lang=${language}&theme=${document.body.classList.contains("dark") ? "dark" : "light"}`; });
    return card;
  }));
}
byId("btn-lang").addEventListener("click", () => { setLanguage(language === "zh" ? "en" : "zh"); fillIndex(); });
byId("btn-theme").addEventListener("click", () => {
  document.body.className = document.body.classList.contains("dark") ? "index light" : "index dark";
  fillIndex();
});
fillIndex();
document.body.dataset.ready = "1";

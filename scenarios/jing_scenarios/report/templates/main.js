// Starts the page, and shows what its address asks for: `#` the overview, `#case=NAME` a case.
async function start() {
  if (!window.DecompressionStream) { byId("loading").textContent = tr("old_browser"); document.body.dataset.failed = "1"; return; }
  const meta = await blobJson("meta");
  const wanted = new URLSearchParams(location.search);
  setLanguage(wanted.get("lang") || (navigator.language.startsWith("zh") ? "zh" : "en"));
  document.body.className = wanted.get("theme") === "dark" ? "dark" : "light";
  const render = async () => {
    byId("title").textContent = document.title = inLanguage(meta.title);
    byId("stack").textContent = meta.about.stack ? `${tr("stack")}: ${nameOf(meta.about.stack)}` : "";
    byId("stack").hidden = !meta.about.stack;
    byId("btn-lang").textContent = tr("lang");
    byId("btn-theme").textContent = tr(document.body.classList.contains("dark") ? "theme_dark" : "theme_light");
    const found = /^#case=(.+)$/.exec(location.hash);
    const row = found && meta.cases.find((one) => one.case === decodeURIComponent(found[1]));
    byId("overview").hidden = Boolean(row); byId("case").hidden = !row;
    byId("sections").replaceChildren(...(row ? [] : ["cases", "failures", "coverage", "about"].map((id) => { const node = element("a", { href: "#" }, tr(id)); node.onclick = (event) => { event.preventDefault(); byId(id).scrollIntoView(); }; return node; })));
    if (row) { window.scrollTo(0, 0); await showCase(meta, row); } else { stopPlayer(); showOverview(meta); }
  };
  byId("btn-lang").onclick = () => { setLanguage(language === "zh" ? "en" : "zh"); render(); };
  byId("btn-theme").onclick = () => { document.body.className = document.body.classList.contains("dark") ? "light" : "dark"; render(); };
  window.addEventListener("hashchange", render);
  await render();
  byId("loading").hidden = true;
  document.body.dataset.ready = "1";
  window.report = meta;
}
start().catch((error) => { byId("loading").textContent = String(error); document.body.dataset.failed = "1"; throw error; });

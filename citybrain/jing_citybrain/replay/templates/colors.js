// Colours by theme. Links use green to red; vehicles another scale, so that they stand out from the links.
const THEMES = {
  dark: {
    ground: "#12161c", junctions: [50, 57, 67], lanes: [50, 57, 67], edges: [104, 114, 128], dividers: [132, 140, 150],
    stop_lines: [150, 156, 164], walk: "rgba(190,198,208,0.55)", label: "#dfe6ee", halo: "rgba(18,22,28,0.92)",
    links: ["", "#2fa968", "#9bc53d", "#f0c419", "#ee7b30", "#d7263d"],
    speeds: ["#ff4fa3", "#c77dff", "#7c9cff", "#4cc9f0", "#b8f3ff"],
    types: ["#6cb6ff", "#ffb454", "#e07a5f", "#9be28f", "#d8b4fe", "#f2e36b"], av: "#00f5d4",
    choice: "#ffffff", path: "#ffffff", curve: ["#4cc9f0", "#ffb454"], grid: "rgba(255,255,255,0.12)", density: [150, 190, 255],
    signals: ["#ff3b3b", "#ffc61a", "#27e07c", "#9be86b", "#ff8c1a", "#7a828c"], outline: "rgba(10,12,16,0.85)",
  },
  light: {
    ground: "#eef0ee", junctions: [201, 206, 211], lanes: [201, 206, 211], edges: [150, 157, 165], dividers: [255, 255, 255],
    stop_lines: [255, 255, 255], walk: "rgba(255,255,255,0.95)", label: "#1f2933", halo: "rgba(250,251,250,0.95)",
    links: ["", "#1f9d5a", "#86b81f", "#e0ae00", "#e8681a", "#c4162e"],
    speeds: ["#c2186b", "#8e3bd0", "#4a55d6", "#0b79b8", "#0b3d5c"],
    types: ["#1c63b7", "#c26a00", "#a23b1e", "#2b7a26", "#7c3aed", "#8a7500"], av: "#00897b",
    choice: "#111111", path: "#111111", curve: ["#0b79b8", "#c26a00"], grid: "rgba(0,0,0,0.12)", density: [30, 60, 150],
    signals: ["#e01b1b", "#f0a800", "#0fae57", "#6cbf3a", "#f07800", "#7a828c"], outline: "rgba(255,255,255,0.9)",
  },
};
const SPEED_BREAKS_KMH = [5, 15, 30, 45];
const speedBucket = (mps) => { const v = mps * 3.6; let i = 0; while (i < 4 && v >= SPEED_BREAKS_KMH[i]) i++; return i; };
const rgb = (c) => `rgb(${c.join(",")})`;
const TYPE_ORDER = ["car", "bus", "truck", "e-bike"];
const typeRank = (kind) => (TYPE_ORDER.includes(kind) ? TYPE_ORDER.indexOf(kind) : TYPE_ORDER.length);

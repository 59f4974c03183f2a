// Texts in both languages. `tr(key)` gives the text in the language in force.
const TEXTS = {
  
  play: ["播放", "Play"], pause: ["暂停", "Pause"],
  back: ["后退 10 秒", "Back 10 s"], ahead: ["前进 10 秒", "Ahead 10 s"],
  speed: ["播放倍速", "Playing speed"], scrub: ["时间轴", "Timeline"],
  colour_speed: ["车色：车速", "Cars: speed"], colour_type: ["车色：车型", "Cars: type"],
  links_0: ["路况：关", "Links: off"], links_1: ["路况：1 分钟", "Links: 1 min"], links_5: ["路况：5 分钟", "Links: 5 min"],
  kpi: ["指标", "Figures"], theme_dark: ["浅色", "Light"], theme_light: ["深色", "Dark"], lang: ["English", "中文"],
  help: ["快捷键", "Keys"], close: ["关闭", "Close"],
  class_1: ["畅通", "free"], class_2: ["基本畅通", "mostly free"], class_3: ["轻度拥堵", "light"],
  class_4: ["中度拥堵", "moderate"], class_5: ["严重拥堵", "heavy congestion"],
  legend_links: ["路况等级", "Links by mean speed"], legend_speed: ["车速 km/h", "Cars km/h"],
  legend_type: ["车型", "Vehicle type"], legend_signals: ["信号灯", "Signals"],
  legend_density: ["车辆密度（车多时）", "Vehicle density (many in view)"],
  red: ["红", "red"], yellow: ["黄", "yellow"], green: ["绿", "green"], permissive: ["绿，须让行", "green, give way"],
  in_network: ["路网中车辆", "vehicles"], mean_speed: ["平均车速", "mean speed"], halting: ["停驶", "halting"],
  vehicle: ["车辆", "Vehicle"], type: ["车型", "type"], now_speed: ["车速", "speed"], from: ["起点", "from"], to: ["终点", "to"],
  depart: ["计划出发", "departs"], arrive: ["到达", "arrives"], driven: ["已行驶", "driven"], length: ["车长", "length"],
  not_arrived: ["未到达", "not arrived"], not_here: ["不在路网中", "not in the network"], follow: ["跟随", "Follow"],
  unfollow: ["停止跟随", "Stop following"], av: ["自动驾驶", "automated"], road: ["路段", "road"], go: ["跳到出发", "Go to start"],
  figures: ["关键指标", "Key figures"], figure: ["指标", "figure"], change: ["B 相对 A", "B against A"],
  seeds_note: ["均值 ± 95% 置信区间半宽，每方案 {n} 个随机种子", "mean ± half-width of the 95 % interval, {n} seeds a plan"],
  single_note: ["单次运行的数值：一次运行只是一个样本，请以多个随机种子的均值为准。",
    "Figures of single runs: one run is one sample; rely on means over several seeds."],
  mean_travel_time_s: ["平均行程时间 (s)", "mean travel time (s)"], mean_delay_s: ["平均延误 (s)", "mean delay (s)"],
  travel_time_p95_s: ["行程时间 95 百分位 (s)", "95th percentile of travel time (s)"],
  arrived: ["到达车辆数", "vehicles arrived"], waiting_to_enter: ["等待进入车辆数", "waiting to enter"],
  plan: ["方案", "plan"], seed: ["种子", "seed"], warnings: ["说明", "Notes"],
  nominal: ["名义坐标", "nominal position"], partial: ["运行未完成", "unfinished run"],
  curve: ["路网平均车速 km/h", "mean speed km/h"], seeds: ["种子数", "seeds"],
  broken: ["无法显示回放", "This replay cannot be shown"], open_replay: ["打开回放", "Open the replay"],
  old_browser: ["浏览器过旧：需要支持 DecompressionStream（2023 年以后的版本）。",
    "This browser is too old: it lacks DecompressionStream (versions since 2023 have it)."],
};
const KEYS = [
  ["Space", ["播放 / 暂停", "play / pause"]], ["← →", ["后退 / 前进 10 秒（Shift：60 秒）", "back / ahead 10 s (Shift: 60 s)"]],
  [", .", ["后退 / 前进 1 秒", "back / ahead 1 s"]], ["[ ]", ["减速 / 加速播放", "slower / faster"]],
  ["+ −", ["放大 / 缩小", "zoom in / out"]], ["0", ["全图", "whole map"]], ["F", ["跟随所选车辆", "follow the chosen vehicle"]],
  ["C", ["车色：车速 / 车型", "cars by speed / type"]], ["R", ["路况图层", "link classes"]], ["K", ["指标", "figures"]],
  ["D", ["深色 / 浅色", "dark / light"]], ["L", ["中文 / English", "中文 / English"]], ["Esc", ["取消选择", "unselect"]],
];
const NAMES = {
  fixed: ["固定配时", "fixed time"], map: ["地图自带方案", "the map's own plan"], webster: ["韦伯斯特定时", "Webster fixed time"],
  "max-pressure": ["最大压力", "max-pressure"], max_pressure: ["最大压力", "max-pressure"], actuated: ["感应控制", "actuated"],
  sotl: ["自组织控制", "self-organising"], "green-wave": ["绿波", "green wave"], learned: ["学习型控制", "learned"],
  car: ["小客车", "car"], bus: ["公交车", "bus"], truck: ["货车", "truck"], "e-bike": ["电动自行车", "e-bike"], taxi: ["出租车", "taxi"],
  deadlock: ["死锁", "deadlock"], deadlock_resolved: ["死锁已解除", "deadlock resolved"], collision: ["碰撞", "collision"],
  overlap: ["重叠", "overlap"], red_run: ["闯红灯", "red-light running"], incident: ["事件", "incident"], takeover: ["接管", "takeover"],
  rerouted: ["改道", "rerouted"],
  "stood in a lane that does not lead on its way": ["停在不通往其路线的车道上", "stood in a lane that does not lead on its way"],
  emergency: ["应急车辆", "emergency vehicle"], closure: ["封路", "closure"], warning: ["警告", "warning"],
};
let language = "zh";
const side = () => (language === "zh" ? 0 : 1);
const tr = (key) => TEXTS[key] ? TEXTS[key][side()] : key;
const nameOf = (word) => Object.hasOwn(NAMES, word) ? NAMES[word][side()] : word;
const inLanguage = (pair) => pair[language];
const streetName = (street) => !street ? "" : language === "zh" ? street[0] || street[1] : street[1] || street[0];
function setLanguage(code) {
  language = code === "en" ? "en" : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
const byId = (id) => document.getElementById(id);
function element(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

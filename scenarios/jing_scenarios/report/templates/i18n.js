// Texts in both languages. `tr(key)` gives the text in the language in force.
const TEXTS = {
  cases: ["用例", "Cases"], pass: ["通过", "pass"], fail: ["失败", "fail"], error: ["被测系统出错", "stack error"],
  inconclusive: ["无结论", "inconclusive"], all: ["全部", "all"], verdict: ["结论", "Verdict"], scenario: ["场景", "Scenario"],
  parameters: ["参数", "Parameters"], reason: ["原因", "Reason"], search: ["搜索用例、参数、原因", "search cases, parameters, reasons"],
  shown: ["显示 {n} / {all} 个", "{n} of {all} shown"], listed: ["共 {all} 个，本页先列未通过的", "of {all}; this page lists those that did not pass first"], page: ["第 {n} / {all} 页", "page {n} of {all}"],
  previous: ["上一个", "Previous"], next: ["下一个", "Next"], back: ["返回总览", "Overview"],
  failures: ["失败聚类", "Clusters of failures"], coverage: ["覆盖率", "Coverage"], about: ["说明与证据", "About and evidence"],
  compared: ["与基线对比", "Against the baseline"], baseline_stack: ["基线", "baseline"],
  new: ["新失败", "new failures"], fixed: ["已修复", "fixed"], same_bad: ["仍失败", "still failing"], same_good: ["仍通过", "still passing"],
  unclear: ["无法比较", "cannot be compared"], added: ["新增用例", "only here"], missing: ["缺少用例", "only in the baseline"],
  cluster_rule: ["规则：同一场景、同一结论、同一组未满足准则的用例为一组；组内参数按该场景全部用例的取值范围归一化，平均连接聚类，平均每参数距离超过 0.3 时分开；组内取遍所有值的文字参数不参与，全部用例都失败的组不再分。“框内失败”= 参数落在该框内的全部用例中失败的数量。",
    "Rule: cases of one scenario and verdict that break the same criteria form a group; within it, parameters are scaled to the range over all cases of the scenario and joined by average linkage until the mean distance a parameter exceeds 0.3; texts of which the group has every value are left out, and a group of all cases of a scenario stays one. 'Fail in the box': of all cases whose parameters lie in the box, how many fail."],
  in_box: ["框内失败 {n} / {all}", "{n} of {all} in the box fail"], broken: ["未满足", "breaks"], crashed: ["被测系统异常", "stack raised"],
  no_failures: ["没有失败。", "Nothing failed."],
  coverage_rule: ["只有得出通过或失败的用例才算覆盖；虚线为未覆盖的区间。", "A bin counts as hit when a case in it came to pass or fail; dashed bins are holes."],
  hit: ["已覆盖 {n} / {all}", "{n} of {all} hit"], outside: ["区间外 {n}", "{n} outside"], undeclared: ["未声明区间", "bins not declared"],
  odd: ["运行设计域（ODD）", "Operational design domain"], pairs: ["ODD 两两组合", "Pairs of ODD values"],
  standard: ["标准", "Standard"], taken: ["取自标准", "Taken from it"], reading: ["我们的理解", "Our reading"], started: ["开始时间", "Started"],
  wall: ["用时", "Wall time"], command: ["命令", "Command"], stack: ["被测系统", "Stack"], warnings: ["警告", "Warnings"], code: ["代码哈希", "Code hash"],
  map: ["地图哈希", "Map hash"], scenario_hash: ["场景哈希", "Scenario hash"], seed: ["种子", "Seed"], run: ["运行目录", "Run folder"],
  criteria: ["准则", "Criteria"], criterion: ["准则", "Criterion"], value: ["最差值", "Worst value"], threshold: ["阈值", "Threshold"],
  at: ["时刻", "At"], requirement: ["条款", "Requirement"], with: ["对方", "Other party"],
  replay: ["俯视回放", "Bird's-eye replay"], play: ["播放", "Play"], pause: ["暂停", "Pause"], follow: ["跟随", "Follow"], fit: ["全景", "Fit"],
  series: ["时间序列", "Time series"], storyboard: ["故事板", "Storyboard"], signals: ["信号灯", "Signals"],
  no_replay: ["该用例没有嵌入回放（运行目录未保留，或页面容量有限）。", "This case has no replay in this page (its run folder was not kept, or the page holds no more)."],
  embedded: ["本页嵌入 {n} / {all} 个用例的回放：失败与出错的优先。", "Replays of {n} of {all} cases are in this page; failures and errors first."],
  facts: ["用例信息", "About the case"], objective: ["目的", "Objective"], steps: ["步骤", "Steps"], expected: ["期望结果", "Expected"],
  preventable: ["参考驾驶员模型", "Reference driver models"], yes_prevent: ["可避免", "preventable"], no_prevent: ["不可避免", "not preventable"],
  ended: ["仿真结束", "Simulation ended"], ego_speed: ["主车速度", "ego speed"], ego_acceleration: ["主车加速度", "ego acceleration"],
  contact: ["碰撞", "contact"], theme_dark: ["浅色", "Light"], theme_light: ["深色", "Dark"], lang: ["English", "中文"],
  preventable_failed: ["可避免却失败", "preventable, yet failed"], total: ["用例总数", "cases"], tags: ["标签", "Tags"],
  old_browser: ["浏览器过旧：需要支持 DecompressionStream（2023 年以后的版本）。", "This browser is too old: it lacks DecompressionStream (versions since 2023 have it)."],
};
const NAMES = {
  weather: ["天气", "weather"], light: ["光照", "light"], road: ["道路", "road"], area: ["区域", "area"], traffic: ["交通", "traffic"],
  clear: ["晴", "clear"], rain: ["雨", "rain"], fog: ["雾", "fog"], snow: ["雪", "snow"], day: ["白天", "day"], night: ["夜间", "night"], dusk: ["黄昏", "dusk"],
  yizhuang: ["亦庄", "Yizhuang"], zhongguancun: ["中关村", "Zhongguancun"], motorway: ["高速公路", "motorway"], urban: ["城市道路", "urban"],
  junction: ["路口", "junction"], segment: ["路段", "segment"], none: ["无", "none"], background: ["背景车流", "background traffic"],
  careful: ["谨慎驾驶员", "careful driver"], careless: ["鲁莽驾驶员", "careless driver"],
  place: ["地点", "place"], target: ["目标", "target"], straight: ["直道", "straight"], curve: ["弯道", "curve"],
  story: ["故事", "story"], act: ["幕", "act"], maneuverGroup: ["机动组", "maneuver group"], maneuver: ["机动", "maneuver"], event: ["事件", "event"], action: ["动作", "action"],
};
let language = "zh";
const side = () => (language === "zh" ? 0 : 1);
const tr = (key, numbers = {}) => Object.entries(numbers).reduce((text, [k, v]) => text.replace(`{${k}}`, v), TEXTS[key] ? TEXTS[key][side()] : key);
const nameOf = (word) => Object.hasOwn(NAMES, word) ? NAMES[word][side()] : word;
const inLanguage = (pair) => !pair ? "" : pair[language] || pair.zh || pair.en || "";
function setLanguage(code) {
  language = code === "en" ? "en" : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
}
const byId = (id) => document.getElementById(id);
function element(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}
function drawn(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const badge = (verdict) => element("span", { className: `badge ${verdict}` }, tr(verdict));
const said = (value, digits = 4) => value === null || value === undefined ? "–" : typeof value === "number" ? String(Number(value.toPrecision(digits))) : nameOf(value);
// Names of built-in criteria and laws in Chinese; others stay as they are.
const CRITERIA = [
  [/^no collision$/, "无碰撞"], [/^no collision at fault$/, "无责任碰撞"], [/^stays on the road$/, "不驶出道路"], [/^keeps its lane$/, "保持车道"], [/^not the wrong way$/, "不逆行"],
  [/^stops at red$/, "红灯停车"], [/^stops before the line$/, "停在停止线前"], [/^keeps the speed limit$/, "不超限速"], [/^comfortable$/, "舒适"], [/^completes its route$/, "完成路线"],
  [/^speed of at most (.+)$/, "速度不超过 $1"], [/^TTC (?:\(2D\) )?of at least (.+)$/, "碰撞时间不小于 $1"], [/^THW of at least (.+)$/, "车头时距不小于 $1"], [/^PET of at least (.+)$/, "后侵占时间不小于 $1"],
  [/^gap of at least (.+)$/, "间距不小于 $1"], [/^ends within (.+)$/, "$1 内结束"], [/^reaches (.+)$/, "到达 $1"], [/^goes on at green$/, "绿灯后起步"],
  [/^keeps off the (car|cutter|truck)$/, "与车辆保持间距"], [/^keeps off the (walker|cyclist|e-bikes)$/, "与弱势交通参与者保持间距"], [/^leaves room$/, "留出空间"], [/^stands within (.+)$/, "$1 内停稳"], [/^stands$/, "停稳"], [/^lets go$/, "交出控制"],
  [/^does not brake hard$/, "不急刹"], [/^no emergency braking$/, "无紧急制动"], [/^avoids, or brakes first$/, "避免碰撞，或先行制动"], [/^does not brake before it$/, "不在其前方急刹"],
  [/^law: no passing at red$/, "法规：不闯红灯"], [/^law: right turns at red hinder nobody$/, "法规：红灯右转不妨碍他人"], [/^law: stopping before the line$/, "法规：停在停止线以外"], [/^law: stopping for people on crossings$/, "法规：人行横道停车让行"],
  [/^law: keeping the speed limit$/, "法规：不超速"], [/^law: turning slowly$/, "法规：转弯减速"], [/^law: distance on motorways$/, "法规：高速公路车距"], [/^law: leaving bus lanes to buses$/, "法规：不占用公交专用车道"],
  [/^law: leaving the emergency lane free$/, "法规：不占用应急车道"], [/^law: no crossing of solid lines$/, "法规：不越实线"], [/^law: driving on the right side$/, "法规：不逆行"],
];
function criterionName(name) {
  const found = language === "zh" && CRITERIA.find(([pattern]) => pattern.test(name));
  return found ? name.replace(found[0], found[1]) : name;
}
// A count has the unit 1, which nobody writes.
const unitText = (unit) => unit === "1" ? "" : unit;

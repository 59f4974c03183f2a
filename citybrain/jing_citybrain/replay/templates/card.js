// The card of the chosen vehicle.
function placeName(network, row, road) { return streetName(network.streets[row]) || road || "–"; }
function fillCard(app) {
  const { choice } = app.view, node = byId("card");
  node.hidden = !choice;
  if (!choice) return;
  const run = app.runs[choice.run], cars = run.meta.vehicles, v = choice.vehicle, slot = run.slotOf(v), t0 = run.meta.t0;
  const when = (time) => (time === null ? tr("not_arrived") : clockText(t0, time));
  const kmh = slot < 0 ? tr("not_here") : `${Math.round(run.mps[slot] * 3.6)} km/h`;
  const rows = [
    [tr("type"), nameOf(cars.kinds[cars.kind[v]]) + (cars.av[v] ? ` · ${tr("av")}` : "")],
    [tr("now_speed"), kmh],
    [tr("from"), placeName(app.network, cars.from[v], cars.fromRoad[v])],
    [tr("to"), placeName(app.network, cars.to[v], cars.toRoad[v])],
    [tr("depart"), when(cars.depart[v])],
    [tr("arrive"), when(cars.arrive[v])],
    [tr("driven"), `${Math.round(run.pathOf(v, app.view.t).driven).toLocaleString("en")} m`],
    [tr("length"), `${cars.length[v]} × ${cars.width[v]} m`],
  ];
  const key = `${choice.run} ${v} ${language} ${app.view.follow} ${slot < 0}`;
  if (key !== app.cardKey) {
    app.cardKey = key;
    const title = `${tr("vehicle")} ${cars.name[v]}${app.runs.length > 1 ? ` (${"AB"[choice.run]})` : ""}`;
    const close = element("button", { className: "close", textContent: "×", title: tr("close"), onclick: () => app.choose(null) });
    const follow = element("button", {
      id: "btn-follow", textContent: app.view.follow ? tr("unfollow") : tr("follow"), onclick: () => app.follow(!app.view.follow),
    });
    const buttons = element("p", {}, follow);
    const begin = run.t[run.first[(run.drivesOf.get(v) || [0])[0]]];
    if (slot < 0) buttons.append(element("button", { textContent: tr("go"), onclick: () => app.seek(begin) }));
    node.replaceChildren(close, element("h2", { textContent: title }), element("dl"), buttons);
  }
  node.querySelector("dl").replaceChildren(
    ...rows.flatMap(([name, value]) => [element("dt", { textContent: name }), element("dd", { textContent: value })]),
  );
}

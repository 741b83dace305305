"use strict";
// Two maps on one scale, the changes between them, and their table. A state chosen in one place is chosen in all.
(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  Statements.load(data);
  const { fill } = Statements;
  const $ = (id) => document.getElementById(id);
  const { change, make, none, percent, plain, signed } = Words;
  const SIDES = ["before", "after"];
  const narrow = () => window.matchMedia("(max-width: 820px)").matches;
  const land = { ...(await Unpack.unpack(data.land)), iso3: data.landStates };
  const [first, second] = data.poles;
  const view = {
    chosen: null, threshold: data.threshold, sort: ["change", -1],
    theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
  };
  const place = new Map(data.states.map((state, i) => [state.code, i]));
  const drawnStates = data.states.filter((state) => state.x !== null);
  const painters = SIDES.map((side) => new LandMap.Painter($(`map-${side}`), land, data.extent, choose));
  const sheet = new Table.Sheet(data.states, $("table"), choose, (key) => {
    view.sort = [key, view.sort[0] === key ? -view.sort[1] : 1];
    show();
  });
  const value = (number) => (number === null ? NaN : number);

  const colour = (balance) => Scene.blend(data.zeroColour[view.theme], (balance > 0 ? first : second).colour[view.theme], Math.min(1, Math.abs(balance)));

  function sceneOf(side) {
    const dots = drawnStates.map((state) => {
      const balance = value(state[SIDES[side]]);
      const both = value(state.both[side]);
      const chosen = state.code === view.chosen;
      return {
        code: state.code, name: state.pole >= 0 ? state.name.toUpperCase() : state.name, x: state.x, y: state.y,
        radius: state.pole >= 0 ? 12 : none(both) ? 4.5 : 4.5 + 8.5 * Math.sqrt(both),
        fill: state.pole >= 0 ? data.poles[state.pole].colour[view.theme] : none(balance) ? Scene.paper().soft : colour(balance),
        diamond: state.pole >= 0, hollow: false, hatched: state.pole < 0 && none(balance), chosen, near: true,
        named: chosen || state.pole >= 0,
        rank: Math.abs(value(state.change) || 0) * 100 + (chosen ? 1000 : state.pole >= 0 ? 500 : 0),
      };
    });
    const at = new Map(dots.map((dot, i) => [dot.code, i]));
    const arcs = [];
    for (const [source, target, ...shares] of data.ties) {
      const share = shares[side];
      const [from, to] = [dots[at.get(data.states[target].code)], dots[at.get(data.states[source].code)]];
      if (share === null || share < view.threshold || !from || !to) continue;
      const near = view.chosen === null || from.chosen || to.chosen;
      const pole = data.states[source].pole;
      arcs.push({ from, to, share, near, alpha: near ? Math.min(0.85, 0.2 + 1.6 * share) : 0.05,
        fill: pole >= 0 ? data.poles[pole].colour[view.theme] : data.otherColour[view.theme] });
    }
    arcs.sort((a, b) => a.near - b.near || a.share - b.share);
    return { dots, arcs, tint: null, colours: Scene.paper(), compact: narrow() };
  }

  // ---- a line a state ----------------------------------------------------------------------------------
  const element = Words.drawn;

  function dumbbell() {
    const rows = data.states.filter((state) => state.pole < 0 && state.change !== null)
      .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    const [WIDE, LEFT, RIGHT, ROW] = narrow() ? [420, 130, 60, 20] : [700, 170, 70, 20];
    const x = (balance) => LEFT + ((balance + 1) / 2) * (WIDE - LEFT - RIGHT);
    const high = ROW * rows.length + 34;
    const svg = element("svg", { viewBox: `0 0 ${WIDE} ${high}`, role: "img", "aria-label": `Balance of ${rows.length} states before and after; the table below holds the same numbers` });
    for (const at of [-1, -0.5, 0, 0.5, 1]) {
      svg.append(element("line", { x1: x(at), x2: x(at), y1: 20, y2: high, class: at ? "grid" : "zero" }));
      const tick = { "-1": `\u2190 ${second.short}`, 0: "0", 1: `${first.short} \u2192` }[at] ?? signed(at).replace(/0$/, "");
      svg.append(element("text", { x: x(at), y: 14, "text-anchor": "middle", class: "soft" }, tick));
    }
    rows.forEach((state, i) => {
      const y = 32 + i * ROW;
      const fill = colour(Math.sign(state.after));
      const group = element("g", { "data-code": state.code, class: state.code === view.chosen ? "chosen" : "" });
      group.append(element("rect", { x: 0, y: y - ROW / 2, width: WIDE, height: ROW, class: "under" }));
      group.append(element("text", { x: LEFT - 10, y: y + 4, "text-anchor": "end" }, state.name));
      if (state.low !== null) {
        const [low, high2] = [state.low, state.high].map((move) => x(Math.min(Math.max(state.before + move, -1), 1)));
        group.append(element("rect", { x: low, y: y - 6, width: Math.max(1, high2 - low), height: 12, fill, opacity: 0.25 }));
      }
      group.append(element("line", { x1: x(state.before), x2: x(state.after), y1: y, y2: y, stroke: fill, "stroke-width": 2.5 }));
      group.append(element("circle", { cx: x(state.after), cy: y, r: 4.6, fill }));
      group.append(element("circle", { cx: x(state.before), cy: y, r: 4.2, fill: "none", stroke: fill, "stroke-width": 2 }));
      group.append(element("text", { x: WIDE - 4, y: y + 4, "text-anchor": "end", class: "soft" }, change(state.change)));
      group.addEventListener("click", () => choose(state.code));
      svg.append(group);
    });
    $("dumbbell").replaceChildren(svg);
  }

  // ---- words and tables ----------------------------------------------------------------------------------
  const rangeOf = (state) => fill("range", { low: change(state.low), high: change(state.high) });

  function story() {
    if (view.chosen === null) return fill("compare_opening");
    const state = data.states[place.get(view.chosen)];
    if (state.pole >= 0) return fill("change_power", { state: state.name });
    const [before, after] = SIDES.map((side) => signed(value(state[side])));
    if (state.change === null) return fill(state.flag.split(";").includes("break") ? "change_break" : "change_missing", { state: state.name, before, after });
    const power = (state.change > 0 ? first : second).label;
    const moves = Math.abs(state.change) < 0.0005 ? fill("moves_not") : fill("moves_towards", { power, size: plain(Math.abs(state.change)) });
    const pulls = data.poles.map((pole, p) => fill("pull_change", {
      power: pole.label, before: percent(value(state.pulls[0][p])), after: percent(value(state.pulls[1][p])),
    }));
    const range = state.low === null ? "" : ` (${rangeOf(state)})`;
    return fill("change_state", { state: state.name, moves, range, before, after, pulls: pulls.join(", ") });
  }

  const columns = () => {
    const pole = (i) => data.states[i].pole >= 0;
    const number = (key) => (i) => value(data.states[i][key]);
    return [
      { key: "name", title: "Country", value: (i) => data.states[i].name, text: String },
      { key: "before", title: data.labels[0], value: number("before"), text: signed, pole },
      { key: "after", title: data.labels[1], value: number("after"), text: signed, pole },
      { key: "change", title: "Change", value: number("change"), text: change, pole },
      ...(data.hasRanges ? [{ key: "range", title: "Range of the change", value: (i) => value(data.states[i].high) - value(data.states[i].low), pole,
        text: (_, i) => (data.states[i].low === null ? fill("no_value") : rangeOf(data.states[i])) }] : []),
      ...data.poles.flatMap((one, p) => SIDES.map((side, k) => ({
        key: `${one.name}-${side}`, title: `${one.short}, ${data.labels[k]}`, value: (i) => value(data.states[i].pulls[k][p]), text: percent,
      }))),
      { key: "flag", title: "Flags", value: (i) => data.states[i].flag, text: String },
    ];
  };

  function edges() {
    $("edges").querySelector("caption").textContent = data.edges.length ? `${data.edges.length} ties` : "None.";
    const shareText = (share) => (share === null ? "not observed" : percent(share));
    $("edges").querySelector("tbody").replaceChildren(...data.edges.map((edge) => {
      const row = make("tr");
      row.append(make("th", edge.target, { scope: "row" }), ...[edge.source, shareText(edge.before), shareText(edge.after), edge.kind].map((text) => make("td", text)));
      return row;
    }));
  }

  function show() {
    painters.forEach((painter, side) => painter.paint(sceneOf(side)));
    dumbbell();
    $("story").textContent = story();
    $("threshold").value = String(100 * view.threshold);
    $("threshold-value").textContent = `${(100 * view.threshold).toFixed(1)} %`;
    $("bar").style.background = `linear-gradient(to right, ${[-1, -0.5, 0, 0.5, 1].map((b) => colour(b)).join(", ")})`;
    sheet.draw(columns(), { caption: `Balance, ${data.labels[0]} and ${data.labels[1]}`, chosen: view.chosen, sort: view.sort });
  }

  function choose(code) {
    view.chosen = code;
    show();
  }

  function setTheme(theme) {
    view.theme = theme;
    document.documentElement.dataset.theme = theme;
    $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  }

  const byName = [...data.states].sort((a, b) => a.name.localeCompare(b.name, "en")).map((state) => state.code);
  $("names").replaceChildren(...byName.map((code) => make("option", code, { value: data.states[place.get(code)].name })));
  $("search").addEventListener("change", (event) => {
    const found = Words.find(data.states, event.target.value);
    $("message").textContent = found || !event.target.value.trim() ? "" : `No country here is called \u201c${event.target.value.trim()}\u201d.`;
    if (found) choose(found);
  });
  $("threshold").addEventListener("input", (event) => { view.threshold = Number(event.target.value) / 100; show(); });
  $("theme").addEventListener("click", () => { setTheme(view.theme === "dark" ? "light" : "dark"); show(); });
  for (const side of SIDES) {
    $(`map-${side}`).addEventListener("keydown", (event) => {
      const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!way) return;
      event.preventDefault();
      const at = view.chosen ? byName.indexOf(view.chosen) : way > 0 ? -1 : 0;
      choose(byName[(at + way + byName.length) % byName.length]);
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });
  window.addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; const kept = view.theme; view.theme = "light"; show(); view.theme = kept; });
  window.addEventListener("afterprint", () => { setTheme(view.theme); show(); });
  setTheme(view.theme);
  edges();
  show();
  let width = document.documentElement.clientWidth;
  new ResizeObserver(() => {
    if (document.documentElement.clientWidth === width) return;
    width = document.documentElement.clientWidth;
    show();
  }).observe(document.documentElement);
  document.documentElement.dataset.ready = "yes";
  // For scripts and tests that read what is drawn.
  window.influenceCompare = { view, painters, data };
})();

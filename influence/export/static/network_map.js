"use strict";
// The page's behaviour. Every text of the data enters the page through textContent; nothing is built as markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const codes = Object.keys(data.states).sort((a, b) => data.states[a].name.localeCompare(data.states[b].name, "en"));
  const narrow = () => window.matchMedia("(max-width: 820px)").matches;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const state = { theme: "light", threshold: data.threshold, all: false, chosen: null, sort: ["balance", 1] };
  const [first, second] = data.poles;
  const several = data.poles.length > 2;

  const percent = (share) => (share === null ? "no data" : (100 * share).toFixed(1) + " %");
  const signed = (value) => {
    if (value === null) return "no value";
    const text = Math.abs(value).toFixed(2);
    return (value > 0 ? "+" : value < 0 ? "\u2212" : "") + text;
  };
  const short = (pole) => (pole.members.length === 1 ? pole.name : pole.label);
  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  // ---- the network -------------------------------------------------------------------------------
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const faded = (hex, share) => {
    const n = parseInt(hex.slice(1), 16);
    return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${share})`;
  };
  const nodes = new vis.DataSet();
  const edges = new vis.DataSet();
  const network = new vis.Network($("map"), { nodes, edges }, {
    physics: { enabled: false },
    interaction: { dragNodes: false, hover: false, keyboard: { enabled: false }, zoomSpeed: 0.6, multiselect: false },
    nodes: { borderWidth: 1.5, borderWidthSelected: 4, font: { face: "system-ui, Segoe UI, Noto Sans, sans-serif", vadjust: -2 } },
    edges: { arrows: { to: { enabled: true, scaleFactor: 0.45 } }, smooth: { type: "curvedCW", roundness: 0.14 }, selectionWidth: 0 },
  });

  const passes = (edge) => edge.pull >= state.threshold && (state.all || edge.kept);
  const touches = (edge) => edge.from === state.chosen || edge.to === state.chosen;
  const visibleEdges = () => data.edges.filter((e) => passes(e) || (state.chosen && touches(e) && e.pull >= state.threshold && e.kept));

  function drawNode(node) {
    const told = data.states[node.id];
    const near = !state.chosen || node.id === state.chosen || neighbours.has(node.id);
    const fill = node.colours[state.theme];
    const hollow = !node.known;
    const compact = narrow();
    return {
      id: node.id, x: node.x, y: node.y, shape: node.shape, size: node.size,
      label: compact ? node.id : node.label,
      opacity: near ? 1 : 0.25,
      color: {
        background: hollow ? colour("--paper") : fill, border: hollow ? colour("--soft") : colour("--paper"),
        highlight: { background: hollow ? colour("--paper") : fill, border: colour("--ink") },
      },
      shapeProperties: { borderDashes: hollow ? [4, 3] : false },
      font: {
        size: compact ? 30 : 16, color: near ? colour("--ink") : faded(colour("--ink"), 0.3),
        strokeWidth: 3, strokeColor: colour("--paper"),
      },
      borderWidth: hollow ? 2 : 1.5,
      title: plainTip(told, node.id),
    };
  }

  function plainTip(told, id) {
    const tip = make("div", `${told.name} (${id}): ` + (id in data.members ? "a pole" : `balance ${signed(told.balance)}`));
    tip.style.cssText = "position:absolute;padding:4px 8px;font:14px system-ui,sans-serif;border-radius:4px;pointer-events:none";
    tip.style.background = colour("--panel");
    tip.style.color = colour("--ink");
    return tip;
  }

  function drawEdge(edge) {
    const near = !state.chosen || touches(edge);
    const strength = Math.min(0.9, 0.3 + 1.6 * edge.pull);
    return {
      id: edge.id, from: edge.from, to: edge.to, width: edge.width,
      color: { color: faded(edge.colours[state.theme], near ? strength : 0.05), inherit: false },
    };
  }

  let neighbours = new Set();
  function draw() {
    neighbours = new Set();
    const shown = visibleEdges();
    if (state.chosen) shown.filter(touches).forEach((e) => { neighbours.add(e.from); neighbours.add(e.to); });
    nodes.update(data.nodes.map(drawNode));
    edges.clear();
    edges.add(shown.map(drawEdge));
    tell(shown.length);
  }

  function tell(shown) {
    const ties = data.edges.length;
    const strong = data.edges.filter((e) => e.pull >= state.threshold).length;
    const left = state.all ? 0 : strong - shown;
    $("count").textContent = `${shown} of ${ties} ties shown: ${ties - strong} are weaker than ` +
      `${(100 * state.threshold).toFixed(1)} %, ${left} more are hidden because they do not stand out among the states shown.`;
    $("threshold-told").textContent = (100 * state.threshold).toFixed(1) + " %";
  }

  // ---- one state's numbers -------------------------------------------------------------------------
  const flagWords = {
    break: "the series changes source this year: do not compare with the year before",
    ...data.flags,
    missing: "less than 80 % of its reliance was observed, or a pole's tie was not; so it has no value",
  };

  function choose(code, move) {
    state.chosen = code;
    $("story").hidden = !code;
    if (code) {
      tellStory(code);
      network.selectNodes([code], false);
      if (move && narrow()) $("story").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
    } else {
      network.unselectAll();
    }
    for (const row of document.querySelectorAll("#table tbody tr")) row.classList.toggle("chosen", row.dataset.code === code);
    draw();
  }

  function tellStory(code) {
    const told = data.states[code];
    $("story-name").textContent = `${told.name} (${code})`;
    $("story-text").textContent = storyOf(code, told);
    const numbers = [];
    if (!(code in data.members)) {
      numbers.push([`Balance ${first.name}\u2013${second.name}`, signed(told.balance)]);
      for (const pole of data.poles) numbers.push([`Pull of ${pole.label}`, percent(told.pulls[pole.name])]);
    }
    numbers.push(["Rests on itself (autonomy)", percent(told.autonomy)], ["Observed (coverage)", percent(told.coverage)]);
    $("story-numbers").replaceChildren(...numbers.flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
    const list = (edges, other) => edges.sort((a, b) => b.pull - a.pull).slice(0, 8)
      .map((e) => make("li", `${data.states[e[other]].name}: ${percent(e.pull)}`));
    const into = told.reliance.top.map((t) => make("li", `${t.name}: ${percent(t.pull)}${t.drawn ? "" : " (not on the map)"}`));
    $("story-elsewhere").textContent = told.reliance.elsewhere === null ? ""
      : `In all, ${percent(told.reliance.elsewhere)} of its reliance rests on states not on the map.`;
    const out = list(data.edges.filter((e) => e.from === code), "to");
    $("story-in").replaceChildren(...(into.length ? into : [make("li", "no tie known well enough to show")]));
    $("story-out").replaceChildren(...(out.length ? out : [make("li", "none of the states shown")]));
  }

  function storyOf(code, told) {
    if (code in data.members) return "A pole: its pull on others is drawn; it has no balance of its own.";
    const flags = told.flags.filter((f) => f in flagWords).map((f) => flagWords[f]);
    const doubt = flags.length ? ` Note: ${flags.join("; ")}.` : "";
    if (several) {
      if (told.margin === null) return `No leading pole: too little was observed.${doubt}`;
      const top = data.poles.find((p) => p.name === told.leader);
      return (top ? `${top.label} pulls hardest, by ${percent(told.margin)} of its reliance over the next.` : "No pole leads.") + doubt;
    }
    if (told.balance === null) return `No balance: too little was observed, or neither pole pulls.${doubt}`;
    const lead = told.balance > 0 ? first : second;
    const word = Math.abs(told.balance) < 0.05 ? "is close to parity between the poles" : `leans to ${lead.label}`;
    return `${told.name} ${word}.${doubt}`;
  }

  // ---- the table twin ------------------------------------------------------------------------------
  const columns = [
    ["name", "State", (c) => data.states[c].name, String],
    ["balance", `Balance ${short(first)}\u2013${short(second)}`, (c) => data.states[c].balance, signed],
    ...data.poles.map((p) => [`pull-${p.name}`, `Pull of ${p.label}`, (c) => data.states[c].pulls[p.name], percent]),
    ...(several ? [
      ["leader", "Leading pole", (c) => data.states[c].leader || null, (name) => data.poles.find((p) => p.name === name)?.label ?? "none"],
      ["margin", "Its margin", (c) => data.states[c].margin, percent],
    ] : []),
    ["exposure", several ? `${short(first)} and ${short(second)} together` : "Both poles", (c) => data.states[c].exposure, percent],
    ["autonomy", "Autonomy", (c) => data.states[c].autonomy, percent],
    ["coverage", "Observed", (c) => data.states[c].coverage, percent],
    ["flags", "Flags", (c) => data.states[c].flags.join(", "), String],
  ];

  function drawTable() {
    const head = make("tr");
    for (const [key, title] of columns) {
      const cell = make("th", undefined, { scope: "col" });
      const [by, way] = state.sort;
      cell.setAttribute("aria-sort", by === key ? (way > 0 ? "ascending" : "descending") : "none");
      const button = make("button", title, { type: "button", "data-sort": key });
      button.addEventListener("click", () => {
        state.sort = [key, state.sort[0] === key ? -state.sort[1] : 1];
        drawTable();
        document.querySelector(`[data-sort="${CSS.escape(key)}"]`).focus();
      });
      cell.append(button);
      head.append(cell);
    }
    document.querySelector("#table thead").replaceChildren(head);
    document.querySelector("#table tbody").replaceChildren(...sorted().map(tableRow));
  }

  function sorted() {
    const [key, way] = state.sort;
    const value = columns.find((c) => c[0] === key)[2];
    return [...codes].sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      if (x === null || y === null) return (x === null) - (y === null);
      return way * (typeof x === "number" ? x - y : String(x).localeCompare(String(y), "en"));
    });
  }

  function tableRow(code) {
    const row = make("tr", undefined, { "data-code": code });
    row.classList.toggle("chosen", code === state.chosen);
    columns.forEach(([key, , value, told], i) => {
      const cell = make(i ? "td" : "th", undefined, i ? {} : { scope: "row" });
      if (key === "name") {
        const button = make("button", data.states[code].name, { type: "button" });
        button.addEventListener("click", () => { choose(code, true); $("map").scrollIntoView({ block: "start" }); });
        cell.append(button);
      } else {
        cell.textContent = code in data.members && ["balance", "exposure"].includes(key) ? "pole" : told(value(code));
      }
      row.append(cell);
    });
    return row;
  }

  // ---- legend and theme ----------------------------------------------------------------------------
  function drawLegend() {
    $("scale-low").textContent = `\u22121, only ${short(second)}`;
    $("scale-high").textContent = `+1, only ${short(first)}`;
    // With three poles or more the dots show the leader, which no scale between two of them can tell.
    for (const id of ["scale", "scale-ends", "balance-formula"]) $(id).hidden = several;
    $("leader-formula").hidden = !several;
    const bar = $("bar").getContext("2d");
    const fill = bar.createLinearGradient(0, 0, 240, 0);
    const middle = state.theme === "dark" ? "#8a8f98" : "#c9c9c9";
    [[0, second.colour[state.theme]], [0.5, middle], [1, first.colour[state.theme]]].forEach((stop) => fill.addColorStop(...stop));
    bar.fillStyle = fill;
    bar.fillRect(0, 0, 240, 14);
    const keys = data.poles.map((pole) => [pole.colour[state.theme], `ties that come from ${pole.label}`]);
    keys.push([data.plain[state.theme], "ties that come from other states"]);
    $("pole-keys").replaceChildren(...keys.map(([paint, text]) => {
      const item = make("li");
      const swatch = make("span", undefined, { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = paint;
      item.append(swatch, make("span", text));
      return item;
    }));
  }

  function setTheme(theme) {
    state.theme = theme;
    document.documentElement.dataset.theme = theme;
    $("theme").textContent = theme === "dark" ? "Light" : "Dark";
    drawLegend();
    draw();
  }

  // ---- controls ------------------------------------------------------------------------------------
  const find = (text) => {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return null;
    return codes.find((c) => c.toLowerCase() === wanted || data.states[c].name.toLowerCase() === wanted)
      ?? codes.find((c) => data.states[c].name.toLowerCase().startsWith(wanted)) ?? null;
  };
  const fit = () => { network.fit({ animation: false }); drawWidths(); };
  // Ties grow with the zoom, and so do the lines of the legend that say how wide a share is.
  function drawWidths() {
    for (const line of document.querySelectorAll(".widths line")) {
      line.style.strokeWidth = `${(0.4 + 16 * Number(line.dataset.share)) * network.getScale()}`;
    }
  }

  $("names").replaceChildren(...codes.map((code) => make("option", undefined, { value: data.states[code].name })));
  $("search").addEventListener("change", (event) => { const code = find(event.target.value); if (code) choose(code, true); });
  $("threshold").value = String(100 * state.threshold);
  $("threshold").addEventListener("input", (event) => { state.threshold = Number(event.target.value) / 100; draw(); });
  $("all").addEventListener("change", (event) => { state.all = event.target.checked; draw(); });
  $("whole").addEventListener("click", fit);
  $("theme").addEventListener("click", () => setTheme(state.theme === "dark" ? "light" : "dark"));
  $("close").addEventListener("click", () => choose(null));
  network.on("click", (event) => choose(event.nodes.length ? event.nodes[0] : null, true));
  network.on("zoom", drawWidths);
  $("map").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = state.chosen ? codes.indexOf(state.chosen) : step > 0 ? -1 : 0;
    choose(codes[(at + step + codes.length) % codes.length], false);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") choose(null); });
  let width = 0;
  new ResizeObserver(() => {
    const now = $("map").clientWidth;
    if (now === width) return;
    width = now;
    draw();
    fit();
  }).observe($("map"));

  drawTable();
  setTheme(window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  fit();
  // For scripts and tests that want to read what is drawn.
  window.influenceMap = {
    get shown() { return edges.length; },
    get chosen() { return state.chosen; },
    place(code) { const p = network.canvasToDOM(network.getPosition(code)); return [p.x, p.y]; },
  };
})();

"use strict";
// The panel: the text and numbers of one state, and up to four pinned states side by side.
const Story = (() => {
  const $ = (id) => document.getElementById(id);
  const { fill, relies } = Statements;
  const { percent, signed, make, list } = Words;
  const LINES = { light: ["#16202b", "#8a3c87", "#1b7837", "#b0283f", "#6b5a00"], dark: ["#eef1f4", "#d59bd2", "#7fcf8b", "#ff8c9c", "#e0cc66"] };

  function title(book, measure) {
    if (measure === "leader") return fill("leader_margin");
    if (!book.sets.includes(measure)) return fill("pull", { power: book.data.poles.find((pole) => pole.name === measure).label });
    const [first, second] = book.labels(measure);
    return fill("balance", { first, second });
  }

  // The sentence of a state: on whom it relies more, whether definitions agree, and the quality of the number.
  function sentence(book, view, i) {
    const state = book.data.states[i].name;
    const { year } = view;
    if (book.pole(i, year) >= 0) return fill("is_power", { state, year });
    const flags = flagsOf(book, view, i).map((flag) => book.data.flags[flag]).filter(Boolean);
    const notes = flags.length ? [fill("quality_note", { flags: flags.join("; ") })] : [];
    const key = view.measure === "leader" || book.sets.includes(view.measure) ? view.measure : book.usual;
    const value = book.cell(book.values(view, key), i, year);
    if (key === "leader") return [leader(book, view, i, value), ...notes].join(" ");
    if (Number.isNaN(value)) return [fill("no_balance", { state, year }), ...notes].join(" ");
    const balance = fill("state_balance", { year, state, relies: relies(value, ...book.labels(key)), balance: signed(value) });
    return [balance, ...agreement(book, view, key, i), ...notes].join(" ");
  }

  function leader(book, view, i, margin) {
    const state = book.data.states[i].name;
    const { year } = view;
    if (Number.isNaN(margin)) return fill("leader_unknown", { state, year });
    const lead = book.leader(view, i, year);
    if (lead < 0) return fill("no_leader", { state, year });
    return fill("leader", { year, state, power: book.data.poles[lead].label, margin: book.format(view)(margin) });
  }

  function agreement(book, view, key, i) {
    const range = book.range(view, key);
    if (!range) return [];
    const [low, high] = [book.cell(range.low, i, view.year), book.cell(range.high, i, view.year)];
    return [fill(low < 0 && high > 0 ? "definitions_differ" : "definitions_agree")];
  }

  function flagsOf(book, view, i) {
    const key = book.pairOf(view);
    const known = !Number.isNaN(book.cell(book.values(view, key), i, view.year));
    const flags = known ? book.marks(view, i, view.year) : book.pole(i, view.year) >= 0 ? [] : ["missing"];
    return book.cell(book.breaks(view), i, view.year) ? ["break", ...flags] : flags;
  }

  function numbers(book, view, i) {
    const { data } = book;
    const rows = [];
    const ranged = (measure, format) => {
      const value = book.cell(book.values(view, measure), i, view.year);
      const range = book.range(view, measure);
      if (Number.isNaN(value)) return format(value);
      const ends = range && { low: format(book.cell(range.low, i, view.year)), high: format(book.cell(range.high, i, view.year)) };
      const text = ends ? fill("with_range", { value: format(value), ...ends }) : format(value);
      return view.scenario ? fill("actual", { value: text, actual: format(book.cell(book.values(view, measure, ""), i, view.year)) }) : text;
    };
    if (book.pole(i, view.year) < 0) {
      for (const key of book.sets) rows.push([`Balance ${key.replace("-", "\u2013")}`, ranged(key, signed)]);
      for (const pole of data.poles) rows.push([fill("pull", { power: pole.label }), ranged(pole.name, book.unit(view))]);
    }
    const direct = book.measured(view.scenario, view.weights);
    rows.push(["Not covered", percent(book.cell(direct.notCovered, i, view.year))]);
    rows.push(["Observed (coverage)", percent(book.cell(book.coverage(view), i, view.year))]);
    return rows;
  }

  function layers(book, view, i) {
    const { data } = book;
    const { parts, pulls } = book.measured(view.scenario, view.weights);
    const head = make("tr");
    head.append(make("th", "Layer", { scope: "col" }), ...data.poles.map((pole) => make("th", pole.label, { scope: "col" })));
    const rows = data.layers.map((layer, l) => {
      if (view.weights[l] === 0) return null;
      const row = make("tr");
      const known = (p) => !Number.isNaN(book.cell(pulls[p], i, view.year));
      row.append(make("th", layer.title, { scope: "row" }));
      data.poles.forEach((_, p) => row.append(make("td", known(p) ? percent(book.cell(parts[l][p], i, view.year)) : fill("no_value"))));
      return row;
    }).filter(Boolean);
    const table = make("table");
    table.append(make("caption", `What each layer adds to the direct pull, ${view.year}`), make("thead"), make("tbody"));
    table.querySelector("thead").append(head);
    table.querySelector("tbody").append(...rows);
    return table;
  }

  // When the lead in a state last changed.
  function crossing(book, view, i) {
    if (book.pole(i, view.year) >= 0) return "";
    const key = book.pairOf(view);
    const found = book.crossing(view, key, i);
    if (!found) return fill("no_crossing", { first: book.years[0], last: book.years.at(-1) });
    const [first, second] = book.labels(key);
    const [target, origin] = found.direction > 0 ? [first, second] : [second, first];
    return fill(found.holds ? "crossing" : "crossing_undone", { state: book.data.states[i].name, origin, target, year: found.year });
  }

  // The layer weights at which the other power would lead.
  function thresholds(book, view, i) {
    const key = book.pairOf(view);
    const value = book.cell(book.values(view, key), i, view.year);
    if (!book.lens(view).computed || Number.isNaN(value) || value === 0) return "";
    if (view.weights.filter((weight) => weight > 0).length < 2) return "";
    const found = book.thresholds(view, key, i);
    if (!found.length) return fill("no_threshold");
    const conditions = found.map(({ layer, now, level }) => fill(level < now ? "threshold_below" : "threshold_above", {
      layer: book.data.layers[layer].title.toLowerCase(), level: level.toFixed(2), now: now.toFixed(2),
    }));
    const [first, second] = book.labels(key);
    return fill("thresholds", { power: value > 0 ? second : first, conditions: list(conditions, "or") });
  }

  function eventsOf(book, codes) {
    return book.data.events.filter((event) => codes.some((code) => event.states.includes(code)))
      .map((event, i) => ({ ...event, number: i + 1 }));
  }

  // The axis of a chart: a balance from -1 to 1, a pull from zero to a little above the largest.
  function axisOf(book, view, lines) {
    if (book.sets.includes(view.measure)) {
      const [first, second] = book.data.pairs[book.sets.indexOf(view.measure)].map((at) => book.data.poles[at].short);
      const ticks = [[1, first], [0.5, "+0.5"], [0, "0"], [-0.5, "\u22120.5"], [-1, second]].map(([at, text]) => ({ at, text }));
      return { range: [-1, 1], ticks };
    }
    const format = book.format(view);
    const all = lines.flatMap((line) => [...line.values, ...(line.high ?? [])]).filter((value) => !Number.isNaN(value));
    const most = Math.max(...all, 1e-9) * 1.1;
    const least = Math.min(0, ...all) * 1.1;
    const ticks = [0, most / 2.2, most / 1.1].map((at) => ({ at, text: format(at).replace(" %", "%") }));
    return { range: [least, most], ticks };
  }

  function chart(book, view, codes) {
    const values = book.values(view, view.measure);
    const actual = book.values(view, view.measure, "");
    const range = book.range(view, view.measure);
    const lines = codes.map((code, k) => {
      const i = book.place.get(code);
      const colour = LINES[view.theme][k % LINES[view.theme].length];
      return {
        name: code, colour, values: book.of(values, i), breaks: book.of(book.breaks(view), i),
        low: range && book.of(range.low, i), high: range && book.of(range.high, i),
      };
    });
    if (view.scenario) {
      lines.push(...codes.map((code, k) => ({
        name: "", colour: lines[k].colour, dashed: true, values: book.of(actual, book.place.get(code)), breaks: lines[k].breaks,
      })));
    }
    const events = eventsOf(book, codes);
    const label = `${title(book, view.measure)}, ${book.years[0]} to ${book.years.at(-1)}: ${list(codes)}.`
      + ` In ${view.year}: ${codes.map((code) => `${code} ${book.format(view)(book.cell(values, book.place.get(code), view.year))}`).join(", ")}.`;
    const drawn = Chart.draw({ lines, years: book.years, year: view.year, ...axisOf(book, view, lines), events, label });
    return { drawn, events };
  }

  function eventList(events) {
    return events.map((event) => make("li", `${event.date.slice(0, 4)}: ${event.title}`, { title: event.source }));
  }

  function show(book, view, scene) {
    $("story").hidden = view.chosen === null;
    if (view.chosen !== null) one(book, view, scene);
    pinned(book, view);
  }

  function one(book, view, scene) {
    const i = book.place.get(view.chosen);
    const state = book.data.states[i];
    $("story-name").textContent = `${state.name} (${state.code})`;
    $("story-text").textContent = sentence(book, view, i);
    $("pin").textContent = view.pinned.includes(state.code) ? "Unpin" : "Pin to compare";
    $("story-numbers").replaceChildren(...numbers(book, view, i).flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
    const pole = book.pole(i, view.year) >= 0;
    $("story-layers").hidden = pole;
    for (const id of ["story-time", "story-crossing"]) $(id).hidden = pole || book.years.length < 2;
    $("story-thresholds").hidden = pole;
    if (!pole) {
      const { drawn, events } = chart(book, view, [state.code]);
      $("story-chart").replaceChildren(make("h3", `${title(book, view.measure)} over time`), drawn);
      $("story-events").replaceChildren(...eventList(events));
      $("story-layers").replaceChildren(layers(book, view, i));
      $("story-crossing").textContent = crossing(book, view, i);
      $("story-thresholds").textContent = thresholds(book, view, i);
    }
    ties(book, view, scene, i);
  }

  function ties(book, view, scene, i) {
    const item = (tie) => make("li", `${tie.name}: ${percent(tie.share)}${tie.drawn === false ? " (not on the map)" : ""}`);
    const into = book.partners(i, scene.shares);
    $("story-in").replaceChildren(...(into.length ? into.map(item) : [make("li", "no tie known well enough to show")]));
    const elsewhere = book.elsewhere(view, i, view.year, scene.shares);
    $("story-elsewhere").textContent = Number.isNaN(elsewhere) || book.data.others.length === 0 ? ""
      : fill("elsewhere", { percent: percent(elsewhere) });
    const out = book.targets(i, scene.shares);
    $("story-out").replaceChildren(...(out.length ? out.map(item) : [make("li", "none of the countries shown")]));
  }

  function pinned(book, view) {
    $("compared").hidden = view.pinned.length === 0;
    if (view.pinned.length === 0) return;
    const codes = view.pinned.filter((code) => book.pole(book.place.get(code), view.year) < 0);
    const { drawn, events } = codes.length ? chart(book, view, codes) : { drawn: "", events: [] };
    $("compared-chart").replaceChildren(make("h3", `${title(book, view.measure)} over time`), drawn);
    $("compared-events").replaceChildren(...eventList(events));
    const values = book.values(view, view.measure);
    $("compared-list").replaceChildren(...view.pinned.map((code) => {
      const i = book.place.get(code);
      const item = make("li");
      const at = codes.indexOf(code);
      const swatch = make("span", undefined, { class: "swatch", "aria-hidden": "true" });
      if (at >= 0) swatch.style.background = LINES[view.theme][at % LINES[view.theme].length];
      const value = book.pole(i, view.year) >= 0 ? "a power" : book.format(view)(book.cell(values, i, view.year));
      const button = make("button", "Unpin", { type: "button", "data-unpin": code, "aria-label": `Unpin ${book.data.states[i].name}` });
      item.append(swatch, make("span", `${book.data.states[i].name}: ${value}`), button);
      return item;
    }));
  }

  return { show, sentence, crossing, thresholds, flagsOf, title };
})();

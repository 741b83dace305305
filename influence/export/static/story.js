"use strict";
// The panel: one state's story, and up to four pinned side by side.
const Story = (() => {
  const $ = (id) => document.getElementById(id);
  const { percent, plain, signed, make, list } = Words;
  const LINES = { light: ["#16202b", "#8a3c87", "#1b7837", "#b0283f", "#6b5a00"], dark: ["#eef1f4", "#d59bd2", "#7fcf8b", "#ff8c9c", "#e0cc66"] };

  const format = (book, view) => (book.sets.includes(view.measure) ? signed
    : ["direct", "network", "opinion"].includes(view.lens) ? percent : plain);

  function title(book, measure) {
    if (measure === "leader") return "Lead of the strongest pole over the next";
    const pair = book.sets.indexOf(measure);
    if (pair < 0) return `Pull of ${book.data.poles.find((pole) => pole.name === measure).label}`;
    const [one, other] = book.data.pairs[pair].map((at) => book.data.poles[at].label);
    return `Balance between ${one} (+1) and ${other} (\u22121)`;
  }

  // The state's sentence: where it leans, how sure, and what to mind.
  function sentence(book, view, i) {
    const { data } = book;
    const state = data.states[i];
    const pole = book.pole(i, view.year);
    if (pole >= 0) return `${state.name} is a pole in ${view.year}: its pull on others is drawn, and it has no balance of its own.`;
    const key = view.measure === "leader" || book.sets.includes(view.measure) ? view.measure : book.usual;
    const value = book.cell(book.values(view, key), i, view.year);
    const flags = flagsOf(book, view, i).map((flag) => data.flags[flag]).filter(Boolean);
    const doubt = flags.length ? ` Note: ${flags.join("; ")}.` : "";
    if (key === "leader") {
      if (Number.isNaN(value)) return `${state.name} has no leading pole in ${view.year}: too little was observed.${doubt}`;
      const lead = book.leader(view, i, view.year);
      if (lead < 0) return `In ${view.year} no pole leads in ${state.name}.${doubt}`;
      return `In ${view.year} ${data.poles[lead].label} pulls hardest on ${state.name}, by ${format(book, view)(value)} over the next.${doubt}`;
    }
    if (Number.isNaN(value)) return `${state.name} has no balance in ${view.year}: too little was observed, or neither pole pulls.${doubt}`;
    const [one, other] = data.pairs[book.sets.indexOf(key)].map((at) => data.poles[at].label);
    const leans = Math.abs(value) < 0.05 ? "is close to parity between the poles" : `leans to ${value > 0 ? one : other}`;
    const band = book.band(view, key);
    let sure = "";
    if (band) {
      const [low, high] = [book.cell(band.low, i, view.year), book.cell(band.high, i, view.year)];
      sure = low < 0 && high > 0 ? " Which pole is ahead hangs on the definition: the band spans parity."
        : " It does so by every definition in the band.";
      if (Math.abs(value) < 0.05 && !(low < 0 && high > 0)) sure = "";
    }
    return `In ${view.year} ${state.name} ${leans} (${signed(value)}).${sure}${doubt}`;
  }

  function flagsOf(book, view, i) {
    const key = book.sets.includes(view.measure) ? view.measure : book.sets[0];
    const known = !Number.isNaN(book.cell(book.values(view, key), i, view.year));
    const flags = known ? book.marks(view, i, view.year) : book.pole(i, view.year) >= 0 ? [] : ["missing"];
    return book.cell(book.breaks(view), i, view.year) ? ["break", ...flags] : flags;
  }

  function numbers(book, view, i) {
    const { data } = book;
    const rows = [];
    const ranged = (measure, told) => {
      const value = book.cell(book.values(view, measure), i, view.year);
      const band = book.band(view, measure);
      if (Number.isNaN(value)) return told(value);
      let text = told(value);
      if (band) text += ` (${told(book.cell(band.low, i, view.year))} to ${told(book.cell(band.high, i, view.year))})`;
      if (view.scenario) text += `; in fact ${told(book.cell(book.values(view, measure, ""), i, view.year))}`;
      return text;
    };
    const unit = ["direct", "network", "opinion"].includes(view.lens) ? percent : plain;
    if (book.pole(i, view.year) < 0) {
      for (const key of book.sets) rows.push([`Balance ${key.replace("-", "\u2013")}`, ranged(key, signed)]);
      for (const pole of data.poles) rows.push([`Pull of ${pole.label}`, ranged(pole.name, unit)]);
    }
    const direct = book.measured(view.scenario, view.weights);
    rows.push(["Rests on itself (not covered)", percent(book.cell(direct.not_covered, i, view.year))]);
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
      row.append(make("th", layer.label, { scope: "row" }));
      data.poles.forEach((_, p) => row.append(make("td", known(p) ? percent(book.cell(parts[l][p], i, view.year)) : "no value")));
      return row;
    }).filter(Boolean);
    const table = make("table");
    table.append(make("caption", `What each layer adds to the direct pull, ${view.year}`), make("thead"), make("tbody"));
    table.querySelector("thead").append(head);
    table.querySelector("tbody").append(...rows);
    return table;
  }

  function crossing(book, view, i) {
    const key = book.sets.includes(view.measure) ? view.measure : book.sets[0];
    const { data } = book;
    if (book.pole(i, view.year) >= 0) return "";
    const found = book.crossing(view, key, i);
    const [one, other] = data.pairs[book.sets.indexOf(key)].map((at) => data.poles[at].label);
    if (!found) return `The sign of the balance did not change within an unbroken series from ${data.years[0]} to ${data.years.at(-1)}.`;
    const [to, from] = found.direction > 0 ? [one, other] : [other, one];
    return `It crossed from ${from} to ${to} in ${found.year}${found.holds ? ", and stayed." : "; a later series shows the old sign again, so it did not last."}`;
  }

  // On which weights the lead hangs, in a sentence.
  function hangs(book, view, i) {
    const key = book.sets.includes(view.measure) ? view.measure : book.sets[0];
    const { data } = book;
    const value = book.cell(book.values(view, key), i, view.year);
    if (view.lens !== "direct" || Number.isNaN(value) || value === 0) return "";
    if (view.weights.filter((weight) => weight > 0).length < 2) return "";
    const [one, other] = data.pairs[book.sets.indexOf(key)].map((at) => data.poles[at].label);
    const found = book.flips(view, key, i);
    if (!found.length) return "The same pole leads at any weight of any one layer.";
    const told = found.map(({ layer, now, level }) =>
      `the layer of ${data.layers[layer].label.toLowerCase()} weighs ${level < now ? "less" : "more"} than ${level.toFixed(2)} (now ${now.toFixed(2)})`);
    return `${value > 0 ? other : one} leads if ${list(told, "or")}, the other layers in their present proportions.`;
  }

  function eventsOf(book, codes) {
    return book.data.events.filter((event) => codes.some((code) => event.states.includes(code)))
      .map((event, i) => ({ ...event, number: i + 1 }));
  }

  function rangeOf(book, view, lines) {
    if (book.sets.includes(view.measure)) {
      const short = (at) => book.data.poles[at].short;
      const [one, other] = book.data.pairs[book.sets.indexOf(view.measure)];
      return { range: [-1, 1], ticks: [{ at: 1, told: short(one) }, { at: 0.5, told: "+0.5" }, { at: 0, told: "parity" }, { at: -0.5, told: "\u22120.5" }, { at: -1, told: short(other) }] };
    }
    const told = format(book, view);
    const all = lines.flatMap((line) => [...line.values, ...(line.high ?? [])]).filter((value) => !Number.isNaN(value));
    const most = Math.max(...all, 1e-9) * 1.1;
    const least = Math.min(0, ...all) * 1.1;
    const ticks = [0, most / 2.2, most / 1.1].map((at) => ({ at, told: told(at).replace(" %", "%") }));
    return { range: [least, most], ticks };
  }

  function chart(book, view, codes) {
    const values = book.values(view, view.measure);
    const usual = book.values(view, view.measure, "");
    const band = book.band(view, view.measure);
    const lines = codes.map((code, k) => {
      const i = book.place.get(code);
      const colour = LINES[view.theme][k % LINES[view.theme].length];
      return {
        name: code, colour, values: book.of(values, i), breaks: book.of(book.breaks(view), i),
        low: band && book.of(band.low, i), high: band && book.of(band.high, i),
      };
    });
    if (view.scenario) {
      lines.push(...codes.map((code, k) => ({
        name: "", colour: lines[k].colour, dashed: true, values: book.of(usual, book.place.get(code)), breaks: lines[k].breaks,
      })));
    }
    const events = eventsOf(book, codes);
    const label = `${title(book, view.measure)}, ${book.years[0]} to ${book.years.at(-1)}: ${list(codes)}.`
      + ` In ${view.year}: ${codes.map((code) => `${code} ${format(book, view)(book.cell(values, book.place.get(code), view.year))}`).join(", ")}.`;
    const drawn = Chart.draw({ lines, years: book.years, year: view.year, ...rangeOf(book, view, lines), events, label });
    return { drawn, events };
  }

  function eventList(events) {
    return events.map((event) => make("li", `${event.date.slice(0, 4)}: ${event.title}`, { title: event.source }));
  }

  function tell(book, view, scene) {
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
    $("story-hangs").hidden = pole;
    if (!pole) {
      const { drawn, events } = chart(book, view, [state.code]);
      $("story-chart").replaceChildren(make("h3", `${title(book, view.measure)} over time`), drawn);
      $("story-events").replaceChildren(...eventList(events));
      $("story-layers").replaceChildren(layers(book, view, i));
      $("story-crossing").textContent = crossing(book, view, i);
      $("story-hangs").textContent = hangs(book, view, i);
    }
    const into = book.partners(i, scene.shares);
    const told = (tie) => make("li", `${tie.name}: ${percent(tie.share)}${tie.drawn === false ? " (not on the map)" : ""}`);
    $("story-in").replaceChildren(...(into.length ? into.map(told) : [make("li", "no tie known well enough to show")]));
    const elsewhere = book.elsewhere(view, i, view.year, scene.shares);
    $("story-elsewhere").textContent = Number.isNaN(elsewhere) || book.data.others.length === 0 ? ""
      : `In all, ${percent(elsewhere)} of its reliance rests on states not on the map.`;
    const out = book.targets(i, scene.shares);
    $("story-out").replaceChildren(...(out.length ? out.map(told) : [make("li", "none of the states shown")]));
  }

  function pinned(book, view) {
    $("compared").hidden = view.pinned.length === 0;
    if (view.pinned.length === 0) return;
    const codes = view.pinned.filter((code) => book.pole(book.place.get(code), view.year) < 0);
    const { drawn, events } = codes.length ? chart(book, view, codes) : { drawn: "", events: [] };
    $("compared-chart").replaceChildren(make("h3", `${title(book, view.measure)} over time`), drawn);
    $("compared-events").replaceChildren(...eventList(events));
    const told = format(book, view);
    const values = book.values(view, view.measure);
    $("compared-list").replaceChildren(...view.pinned.map((code) => {
      const i = book.place.get(code);
      const item = make("li");
      const at = codes.indexOf(code);
      const swatch = make("span", undefined, { class: "swatch", "aria-hidden": "true" });
      if (at >= 0) swatch.style.background = LINES[view.theme][at % LINES[view.theme].length];
      const value = book.pole(i, view.year) >= 0 ? "a pole" : told(book.cell(values, i, view.year));
      const button = make("button", "Unpin", { type: "button", "data-unpin": code, "aria-label": `Unpin ${book.data.states[i].name}` });
      item.append(swatch, make("span", `${book.data.states[i].name}: ${value}`), button);
      return item;
    }));
  }

  return { tell, format, flagsOf, title };
})();

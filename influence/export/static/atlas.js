"use strict";
// The page's state and its controls. One view, one way round: a control changes the view, show() draws it.
(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const { make, percent } = Words;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = () => window.matchMedia("(max-width: 820px)").matches;

  if (typeof DecompressionStream === "undefined") {
    $("count").textContent = "This browser is too old to open the data of this page: Chrome 80, Firefox 113 or Safari 16.4 and later can.";
    return;
  }
  const book = new Numbers.Book(data, await Unpack.unpack(data.numbers));
  const land = data.land ? { ...(await Unpack.unpack(data.land)), iso3: data.landStates } : null;
  const usual = () => data.weights.map((weight) => Math.round(1000 * weight) / 10);
  const fresh = () => ({
    year: data.year, scenario: "", measure: book.usual, lens: "direct", chosen: null, pinned: [], raw: usual(),
    weights: data.weights, threshold: data.threshold, all: false, tint: false, layout: "", sort: ["balance", 1], zoomed: null,
    present: false,
  });
  const view = { ...fresh(), theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", chosenTheme: false };

  const painter = window.makePainter($("map"), land, data, (code) => choose(code, true));
  const twin = new Table.Sheet(data.states, $("table"), (code) => {
    choose(code, false);
    $("map").scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }, (key) => change({ sort: [key, view.sort[0] === key ? -view.sort[1] : 1] }));

  // ---- weights -----------------------------------------------------------------------------------
  const normal = (raw) => {
    const whole = raw.reduce((sum, weight) => sum + weight, 0);
    // Unmoved sliders are the settings' own weights, to the last digit.
    if (raw.every((weight, i) => weight === usual()[i])) return data.weights;
    return whole > 0 ? raw.map((weight) => weight / whole) : raw.map(() => 0);
  };

  // ---- what is shown -----------------------------------------------------------------------------
  let scene = null;
  let drawn = 0;

  function show() {
    // Large type before the map is measured: it takes what room is left.
    document.documentElement.toggleAttribute("data-present", view.present);
    painter.large = view.present;
    scene = Scene.of(book, view, narrow());
    painter.paint(scene, view);
    tellTitle();
    tellCount();
    drawLegend();
    Story.tell(book, view, scene);
    twin.draw(Table.columnsOf(book, view), { caption: `${data.lensNames[view.lens]}, ${view.year}`, chosen: view.chosen, sort: view.sort });
    controlsFollow();
    drawn += 1;
  }

  function remember() {
    try {
      history.replaceState(null, "", Address.written(view, book));
    } catch {
      // A page inside another (a notebook) may have no address of its own.
    }
  }

  // Scenarios are unpacked when first asked for; the last wish wins.
  let wish = 0;
  async function change(part, { quiet = false } = {}) {
    Object.assign(view, part);
    if (part.raw) view.weights = normal(part.raw);
    if (view.weights.every((weight) => weight === 0)) view.weights = data.weights.map(() => 0);
    if (book.moved(view.weights)) view.lens = "direct";
    const mine = (wish += 1);
    if (!book.worlds.has(view.scenario)) {
      await book.load(view.scenario);
      if (mine !== wish) return;
    }
    show();
    if (!quiet) remember();
  }

  function finding() {
    // Members of poles are shown and not counted.
    const states = data.states.map((_, i) => i).filter((i) => data.inside[i] && book.pole(i, view.year) < 0);
    const pair = book.sets.indexOf(view.measure);
    const when = `${view.scenario ? `If ${lower(scenarioTitle())}: in` : "In"} ${view.year}`;
    const lens = view.lens === "direct" ? "" : `, through the ${data.lensNames[view.lens].toLowerCase()} lens`;
    if (view.measure === "leader") {
      const known = states.filter((i) => !Number.isNaN(book.cell(book.values(view, "leader"), i, view.year)));
      const leads = known.map((i) => book.leader(view, i, view.year));
      const told = data.poles.map((pole, p) => `${pole.label} on ${leads.filter((lead) => lead === p).length}`);
      return `${when}${lens}, of ${known.length} states each pole pulls hardest on: ${told.join(", ")}`;
    }
    if (pair < 0) {
      const pole = data.poles.find((one) => one.name === view.measure);
      const told = states.map((i) => [book.cell(book.values(view, view.measure), i, view.year), i]).filter(([v]) => !Number.isNaN(v));
      if (!told.length) return `${when}${lens} nothing is known of the pull of ${pole.label}`;
      const [most, i] = told.reduce((a, b) => (b[0] > a[0] ? b : a));
      return `${when}${lens}, ${pole.label} pulls hardest on ${data.states[i].name}: ${Story.format(book, view)(most)}`;
    }
    const values = states.map((i) => book.cell(book.values(view, view.measure), i, view.year)).filter((v) => !Number.isNaN(v));
    if (!values.length) return `${when}${lens} no state has a balance`;
    const [one, other] = data.pairs[pair].map((at) => data.poles[at].label);
    const [ahead, behind] = [values.filter((v) => v > 0).length, values.filter((v) => v < 0).length];
    const [lead, more, next, less] = ahead >= behind ? [one, ahead, other, behind] : [other, behind, one, ahead];
    return `${when}${lens}, ${lead} pulls harder on ${more} of ${values.length} states, ${next} on ${less}`;
  }

  const lower = (text) => (/^[A-Z]{2}/.test(text) || data.names.some((name) => text.startsWith(name)) ? text : text[0].toLowerCase() + text.slice(1));
  const scenarioTold = () => data.scenarios.find((one) => one.name === view.scenario);
  const scenarioTitle = () => scenarioTold().title;

  function subtitle() {
    const parts = [data.lensDescriptions[view.lens]];
    const weights = data.layers.map((layer, i) => [layer.name, view.weights[i]]).filter(([, weight]) => weight > 0)
      .map(([name, weight]) => `${name} ${Number((100 * weight).toFixed(1))} %`);
    if (["direct", "network"].includes(view.lens)) parts[0] += ` (${[...weights, ...data.choices].join(", ")})`;
    if (view.weights.every((weight) => weight === 0)) parts.push("Every weight is nought: give at least one layer a weight.");
    else if (book.moved(view.weights)) parts.push("Weights moved: bands are hidden and the other lenses greyed, as they hold for the settings' weights only.");
    parts.push(data.seams[view.year]);
    if (view.scenario && view.year < scenarioTold().first) parts.push(`The scenario begins in ${scenarioTold().first}; ${view.year} is as in fact.`);
    const alliance = data.layers.findIndex((layer) => layer.name === "alliance");
    if (view.weights[alliance] > 0 && view.year > data.pactsTo && ["direct", "network"].includes(view.lens)) {
      parts.push(`Pledges: carried forward from ${data.pactsTo} but for cited changes.`);
    }
    return parts.map((part) => (/[.:]$/.test(part) ? part : `${part}.`)).join(" ");
  }

  function sourceLine() {
    const counted = ["direct", "network"].includes(view.lens) ? view.weights : view.weights.map((_, i) => (i === 0 ? 1 : 0));
    const told = data.layers.flatMap((layer, i) => (counted[i] > 0 ? data.sources[layer.name][data.years.indexOf(view.year)] : []));
    return `Sources: ${[...new Set(told)].map((at) => data.cards[at]).join("; ")}. Full citations: influence cite.`;
  }

  function tellTitle() {
    const text = finding();
    if ($("title").textContent !== text) $("title").textContent = text;
    document.title = text;
    $("subtitle").textContent = subtitle();
    $("source").textContent = sourceLine();
    const told = view.scenario ? scenarioTold() : null;
    $("scenario-told").hidden = !told;
    if (told) {
      $("scenario-question").textContent = `${told.question} ${told.fact}`;
      $("scenario-assumptions").replaceChildren(...[...told.assumptions, ...told.notes].map((text) => make("li", text)));
    }
  }

  function tellCount() {
    const { shown, known, weak, hidden } = scene.tally;
    const carried = data.complete ? "" : " This file carries the ties that stand out or are strong in some year.";
    $("count").textContent = `${shown} of ${known} ties shown: ${weak} are weaker than ${(100 * view.threshold).toFixed(1)} %, `
      + `${hidden} more are hidden because they do not stand out among the states shown.${carried}`;
  }

  function drawLegend() {
    const pair = book.sets.indexOf(view.measure);
    for (const id of ["bar", "scale-ends"]) $(id).hidden = view.measure === "leader";
    $("leader-told").hidden = view.measure !== "leader";
    const stops = [];
    for (let k = 0; k <= 10 && view.measure !== "leader"; k += 1) {
      const value = pair >= 0 ? k / 5 - 1 : (k / 10) * Scene.scaleOf(book, view);
      stops.push(`${Scene.colourOf(book, view, value)} ${10 * k}%`);
    }
    if (stops.length) $("bar").style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    const format = Story.format(book, view);
    if (pair >= 0) {
      const [one, other] = data.pairs[pair].map((at) => data.poles[at].short);
      [$("scale-low").textContent, $("scale-middle").textContent, $("scale-high").textContent] = [`\u22121, only ${other}`, "0, parity", `+1, only ${one}`];
    } else if (stops.length) {
      const top = Scene.scaleOf(book, view);
      [$("scale-low").textContent, $("scale-middle").textContent, $("scale-high").textContent] = [format(0), format(top / 2), `${format(top)} and more`];
    }
    $("band-told").hidden = !book.band(view, view.measure);
    const key = view.theme;
    if ($("pole-keys").dataset.theme === key) return;
    $("pole-keys").dataset.theme = key;
    const keys = data.poles.map((pole) => [pole.colour[view.theme], `ties on which ${pole.label} pulls`]);
    keys.push([data.plain[view.theme], "ties on which other states pull"]);
    $("pole-keys").replaceChildren(...keys.map(([paint, text]) => {
      const item = make("li");
      const swatch = make("span", undefined, { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = paint;
      item.append(swatch, make("span", text));
      return item;
    }));
  }

  function setTheme(theme) {
    view.theme = theme;
    document.documentElement.dataset.theme = theme;
    $("theme").textContent = theme === "dark" ? "Light" : "Dark";
  }

  // ---- controls follow the view, whoever changed it --------------------------------------------------
  function controlsFollow() {
    $("year").value = String(data.years.indexOf(view.year));
    $("year").setAttribute("aria-valuetext", String(view.year));
    $("year-told").textContent = String(view.year);
    $("scenario").value = view.scenario;
    $("measure").value = view.measure;
    $("lens").value = view.lens;
    for (const option of $("lens").options) option.disabled = option.value !== "direct" && book.moved(view.weights);
    $("threshold").value = String(Math.round(1000 * view.threshold) / 10);
    $("threshold-told").textContent = `${(100 * view.threshold).toFixed(1)} %`;
    $("all").checked = view.all;
    if ($("tint")) $("tint").checked = view.tint;
    if ($("layout")) $("layout").value = view.layout || "geography";
    data.layers.forEach((layer, i) => {
      $(`weight-${layer.name}`).value = String(view.raw[i]);
      $(`weight-${layer.name}-told`).textContent = `${(100 * view.weights[i]).toFixed(1)} %`;
    });
    $("weights-reset").disabled = !book.moved(view.weights);
    $("weights-told").textContent = book.moved(view.weights)
      ? "These are your weights: bands are hidden, and other lenses wait for the settings' weights."
      : "The settings' weights. Move one and the direct pull of every state is weighed anew.";
  }

  // ---- choosing and pinning ------------------------------------------------------------------------
  function choose(code, moved) {
    change({ chosen: code });
    if (code && moved && narrow()) $("story").scrollIntoView({ behavior: still ? "auto" : "smooth", block: "nearest" });
  }

  function pin(code) {
    const { pinned } = view;
    if (pinned.includes(code)) return change({ pinned: pinned.filter((one) => one !== code) });
    if (pinned.length === 4) {
      $("said").textContent = "Four states are pinned already; unpin one first.";
      return undefined;
    }
    return change({ pinned: [...pinned, code] });
  }

  const byName = [...data.states].sort((a, b) => a.name.localeCompare(b.name, "en")).map((state) => state.code);

  // ---- play ------------------------------------------------------------------------------------------
  let playing = null;
  function play(on) {
    clearInterval(playing);
    playing = null;
    if (on) {
      if (view.year === data.years.at(-1)) change({ year: data.years[0] });
      playing = setInterval(() => {
        const next = data.years[data.years.indexOf(view.year) + 1];
        if (next === undefined) play(false);
        else change({ year: next });
      }, 900);
    }
    $("play").textContent = playing ? "Pause" : "Play";
  }

  // ---- tours -----------------------------------------------------------------------------------------
  let tour = null;
  // What was seen when a tour began within a presentation: its end gives it back.
  let before = null;
  async function step(number) {
    tour.at = Math.max(0, Math.min(tour.steps.length - 1, number));
    const { view: address, text } = tour.steps[tour.at];
    const kept = { theme: view.theme, chosenTheme: view.chosenTheme, present: view.present };
    await change({ ...fresh(), ...withWeights(Address.read(address, book)), ...kept });
    if (painter.whole) painter.whole();
    $("tour-place").textContent = `${tour.title}: step ${tour.at + 1} of ${tour.steps.length}`;
    $("tour-text").textContent = text;
    $("tour-back").disabled = tour.at === 0;
    $("tour-next").textContent = tour.at === tour.steps.length - 1 ? "Finish" : "Next";
  }

  function startTour(name) {
    tour = data.tours.find((one) => one.name === name) ?? null;
    $("tour").hidden = !tour;
    $("tours").value = tour ? name : "";
    if (!tour) return;
    if (view.present) before ??= { ...view };
    play(false);
    step(0);
    $("tour-next").focus();
  }

  // ---- presenting what is seen: large type, nothing to set but year and tour, and keys that a clicker sends -------------------------------
  async function present(on) {
    const back = on ? {} : before ?? {};
    if (!on && before) startTour("");
    before = null;
    await change({ ...back, theme: view.theme, chosenTheme: view.chosenTheme, present: on });
    try {
      if (on) await document.documentElement.requestFullscreen();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch {
      // A page inside another may not fill the screen; it is large all the same.
    }
    if (!on) $("present").focus();
  }

  // The next step of the tour; without a tour, the next year.
  function further(way) {
    if (tour) return step(tour.at + way);
    const year = data.years[data.years.indexOf(view.year) + way];
    return year === undefined ? undefined : change({ year });
  }

  const CLICKER = { PageDown: 1, ArrowRight: 1, " ": 1, PageUp: -1, ArrowLeft: -1 };
  function pressed(event) {
    // Escape inside full screen ends that alone; a second one ends the presentation.
    if (event.key === "Escape") return present(false);
    const way = CLICKER[event.key];
    if (!way || (["INPUT", "BUTTON"].includes(event.target.tagName) && !event.key.startsWith("Page"))) return undefined;
    event.preventDefault();
    event.stopPropagation();
    return further(way);
  }

  const withWeights = (part) => (part.raw ? part : { ...part, raw: usual() });

  // ---- wiring ----------------------------------------------------------------------------------------
  const option = (value, text) => make("option", text, { value });
  $("year").max = String(data.years.length - 1);
  $("years-first").textContent = String(data.years[0]);
  $("years-last").textContent = String(data.years.at(-1));
  $("scenario").append(option("", "What happened"), ...data.scenarios.map((one) => option(one.name, one.title)));
  $("measure").append(
    ...(book.several ? [option("leader", "Leading pole")] : []),
    ...data.pairs.map(([one, other], k) => option(book.sets[k], `Balance ${data.poles[one].short} \u2013 ${data.poles[other].short}`)),
    ...data.poles.map((pole) => option(pole.name, `Pull of ${pole.label}`)),
  );
  $("lens").append(...data.lenses.map((lens) => option(lens, data.lensNames[lens])));
  $("names").replaceChildren(...byName.map((code) => option(data.states[book.place.get(code)].name, code)));
  $("tours").append(...data.tours.map((one) => option(one.name, one.title)));
  $("tours-label").hidden = data.tours.length === 0;
  $("scenario-label").hidden = data.scenarios.length === 0;
  $("years-label").hidden = data.years.length < 2;
  if (data.layouts && !data.layouts.embedding) $("layout").parentElement.hidden = true;

  $("year").addEventListener("input", (event) => change({ year: data.years[Number(event.target.value)] }));
  $("play").addEventListener("click", () => play(!playing));
  $("scenario").addEventListener("change", (event) => {
    const told = data.scenarios.find((one) => one.name === event.target.value);
    // A scenario says nothing of the years before it: go to where it begins to matter.
    change({ scenario: event.target.value, ...(told && view.year < told.first ? { year: told.first } : {}) });
  });
  $("measure").addEventListener("change", (event) => change({ measure: event.target.value }));
  $("lens").addEventListener("change", (event) => change({ lens: event.target.value }));
  $("search").addEventListener("change", (event) => {
    const code = Words.find(data.states, event.target.value);
    $("said").textContent = code || !event.target.value.trim() ? "" : `No state on this map is called \u201c${event.target.value.trim()}\u201d.`;
    if (code) choose(code, true);
  });
  $("threshold").addEventListener("input", (event) => change({ threshold: Number(event.target.value) / 100 }));
  $("all").addEventListener("change", (event) => change({ all: event.target.checked }));
  $("tint")?.addEventListener("change", (event) => change({ tint: event.target.checked }));
  $("layout")?.addEventListener("change", (event) => change({ layout: event.target.value === "geography" ? "" : event.target.value }));
  data.layers.forEach((layer, i) => {
    $(`weight-${layer.name}`).addEventListener("input", (event) => {
      const raw = [...view.raw];
      raw[i] = Number(event.target.value);
      change({ raw });
    });
  });
  $("weights-reset").addEventListener("click", () => change({ raw: usual() }));
  $("theme").addEventListener("click", () => {
    setTheme(view.theme === "dark" ? "light" : "dark");
    change({ chosenTheme: true });
  });
  $("tours").addEventListener("change", (event) => startTour(event.target.value));
  $("tour-next").addEventListener("click", () => (tour.at === tour.steps.length - 1 ? startTour("") : step(tour.at + 1)));
  $("tour-back").addEventListener("click", () => step(tour.at - 1));
  $("tour-end").addEventListener("click", () => { startTour(""); $("tours").focus(); });
  $("present").addEventListener("click", () => present(true));
  $("present-end").addEventListener("click", () => present(false));
  document.addEventListener("keydown", (event) => { if (view.present) pressed(event); }, { capture: true });
  $("close").addEventListener("click", () => { choose(null); $("map").focus({ preventScroll: true }); });
  $("pin").addEventListener("click", () => pin(view.chosen));
  $("compared-list").addEventListener("click", (event) => { if (event.target.dataset.unpin) pin(event.target.dataset.unpin); });
  $("whole").addEventListener("click", () => { painter.whole(); change({ zoomed: null }); });
  $("nearer").addEventListener("click", () => { painter.zoom(1.5); change({ zoomed: painter.view ?? null }); });
  $("further").addEventListener("click", () => { painter.zoom(1 / 1.5); change({ zoomed: painter.view?.[0] > 1 ? painter.view : null }); });
  $("map").addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") return $("nearer").click();
    if (event.key === "-") return $("further").click();
    if (event.key === "0") return $("whole").click();
    if (event.key === "p" && view.chosen) return pin(view.chosen);
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return undefined;
    event.preventDefault();
    const at = view.chosen ? byName.indexOf(view.chosen) : way > 0 ? -1 : 0;
    return choose(byName[(at + way + byName.length) % byName.length], false);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && view.chosen) choose(null); });
  window.addEventListener("hashchange", () => {
    const asked = Address.read(location.hash, book);
    if (asked.theme) setTheme(asked.theme);
    change({ ...fresh(), ...withWeights(asked) }, { quiet: true });
  });
  for (const [id, save] of [["save-png", Picture.png], ["save-svg", Picture.svg]]) {
    $(id).addEventListener("click", () => save({
      painter, scene, title: $("title").textContent, subtitle: $("subtitle").textContent, source: $("source").textContent,
      command: `${data.command}; view ${Address.written(view, book)}`, name: `atlas_${view.year}${view.scenario ? `_${view.scenario}` : ""}`,
      scale: view.measure === "leader" ? [] : Array.from({ length: 11 }, (_, k) => Scene.colourOf(book, view, book.sets.includes(view.measure) ? k / 5 - 1 : (k / 10) * Scene.scaleOf(book, view))),
      ends: [$("scale-low").textContent, $("scale-middle").textContent, $("scale-high").textContent],
    }));
  }
  $("link").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      $("said").textContent = "The address of this view is copied.";
    } catch {
      $("said").textContent = "The address of this view stands in the browser's address bar; copy it from there.";
    }
  });
  window.addEventListener("beforeprint", () => { document.documentElement.dataset.theme = "light"; const kept = view.theme; view.theme = "light"; show(); view.theme = kept; });
  window.addEventListener("afterprint", () => { setTheme(view.theme); show(); });
  let width = 0;
  new ResizeObserver(() => {
    const now = `${$("map").clientWidth}x${$("map").clientHeight}`;
    if (now === width) return;
    width = now;
    if (scene) show();
  }).observe($("map"));

  const asked = Address.read(location.hash, book);
  setTheme(asked.theme ?? view.theme);
  if (asked.zoomed && painter.view) painter.view = asked.zoomed;
  await change(withWeights(asked), { quiet: true });

  document.documentElement.dataset.readyAfter = String(Math.round(performance.now()));
  document.documentElement.dataset.ready = "yes";
  // For scripts and tests that want to read what is drawn.
  window.influenceAtlas = {
    view, book, painter, show,
    get scene() { return scene; },
    get drawn() { return drawn; },
    change,
    percent,
  };
})();

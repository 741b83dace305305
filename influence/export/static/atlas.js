"use strict";
// The page's state and its controls, in one direction: a control changes the view, show() draws it.
(async () => {
  const data = JSON.parse(document.getElementById("data").textContent);
  Statements.load(data);
  const { fill } = Statements;
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
    year: data.year, scenario: "", measure: book.usual, lens: data.lenses[0].name, chosen: null, pinned: [], raw: usual(),
    weights: data.weights, threshold: data.threshold, all: false, tint: false, layout: "", sort: ["balance", 1], zoomed: null,
    present: false,
  });
  const view = { ...fresh(), theme: window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light", chosenTheme: false };

  const painter = window.makePainter($("map"), land, data, (code) => choose(code, true));
  const sheet = new Table.Sheet(data.states, $("table"), (code) => {
    choose(code, false);
    $("map").scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }, (key) => change({ sort: [key, view.sort[0] === key ? -view.sort[1] : 1] }));

  // ---- weights -----------------------------------------------------------------------------------
  const normal = (raw) => {
    const whole = raw.reduce((sum, weight) => sum + weight, 0);
    // Unmoved sliders are the default weights, to the last digit.
    if (raw.every((weight, i) => weight === usual()[i])) return data.weights;
    return whole > 0 ? raw.map((weight) => weight / whole) : raw.map(() => 0);
  };

  // ---- show the view -----------------------------------------------------------------------------
  let scene = null;
  let drawn = 0;

  function show() {
    // Large type before the map is measured: it takes what room is left.
    document.documentElement.toggleAttribute("data-present", view.present);
    painter.large = view.present;
    scene = Scene.of(book, view, narrow());
    painter.paint(scene, view);
    showHeadline();
    Legend.show(book, view);
    Story.show(book, view, scene);
    sheet.draw(Table.columnsOf(book, view), { caption: `${book.lens(view).title}, ${view.year}`, chosen: view.chosen, sort: view.sort });
    controlsFollow();
    drawn += 1;
  }

  function remember() {
    try {
      history.replaceState(null, "", Address.written(view, book));
    } catch {
      // A page inside another (a notebook) may have no address.
    }
  }

  // Scenarios are unpacked when first needed; the last request wins.
  let request = 0;
  async function change(part, { quiet = false } = {}) {
    Object.assign(view, part);
    if (part.raw) view.weights = normal(part.raw);
    if (view.weights.every((weight) => weight === 0)) view.weights = data.weights.map(() => 0);
    if (book.moved(view.weights)) view.lens = data.lenses[0].name;
    const mine = (request += 1);
    if (!book.scenarios.has(view.scenario)) {
      await book.load(view.scenario);
      if (mine !== request) return;
    }
    show();
    if (!quiet) remember();
  }

  function showHeadline() {
    const text = Headline.finding(book, view);
    if ($("title").textContent !== text) $("title").textContent = text;
    document.title = text;
    $("subtitle").textContent = Headline.subtitle(book, view);
    $("source").textContent = Headline.sources(book, view);
    $("count").textContent = Headline.tieCount(book, view, scene.tally);
    const scenario = Headline.scenarioOf(book, view);
    $("scenario-note").hidden = !scenario;
    if (scenario) {
      $("scenario-question").textContent = `${scenario.question} ${scenario.actual}`;
      $("scenario-assumptions").replaceChildren(...[...scenario.assumptions, ...scenario.notes].map((note) => make("li", note)));
    }
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
    $("year-value").textContent = String(view.year);
    $("scenario").value = view.scenario;
    $("measure").value = view.measure;
    $("lens").value = view.lens;
    for (const option of $("lens").options) option.disabled = option.value !== data.lenses[0].name && book.moved(view.weights);
    $("threshold").value = String(Math.round(1000 * view.threshold) / 10);
    $("threshold-value").textContent = `${(100 * view.threshold).toFixed(1)} %`;
    $("all").checked = view.all;
    if ($("tint")) $("tint").checked = view.tint;
    if ($("layout")) $("layout").value = view.layout || "geography";
    data.layers.forEach((layer, i) => {
      $(`weight-${layer.name}`).value = String(view.raw[i]);
      $(`weight-${layer.name}-value`).textContent = `${(100 * view.weights[i]).toFixed(1)} %`;
    });
    $("weights-reset").disabled = !book.moved(view.weights);
    $("weights-note").textContent = book.moved(view.weights) ? fill("weights_changed")
      : "The default weights. Move a slider to compute the direct pull of every country with other weights.";
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
      $("message").textContent = "Four countries are pinned already; unpin one first.";
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
  // The view before a tour began within a presentation: the end of the presentation restores it.
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

  // ---- presenting the view: large type, only year and tour to set, and the keys of a remote control ----------------
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
  function advance(way) {
    if (tour) return step(tour.at + way);
    const year = data.years[data.years.indexOf(view.year) + way];
    return year === undefined ? undefined : change({ year });
  }

  const REMOTE = { PageDown: 1, ArrowRight: 1, " ": 1, PageUp: -1, ArrowLeft: -1 };
  function pressed(event) {
    // Escape inside full screen ends that alone; a second one ends the presentation.
    if (event.key === "Escape") return present(false);
    const way = REMOTE[event.key];
    if (!way || (["INPUT", "BUTTON"].includes(event.target.tagName) && !event.key.startsWith("Page"))) return undefined;
    event.preventDefault();
    event.stopPropagation();
    return advance(way);
  }

  const withWeights = (part) => (part.raw ? part : { ...part, raw: usual() });

  // ---- wiring ----------------------------------------------------------------------------------------
  const option = (value, text) => make("option", text, { value });
  $("year").max = String(data.years.length - 1);
  $("years-first").textContent = String(data.years[0]);
  $("years-last").textContent = String(data.years.at(-1));
  $("scenario").append(option("", "Actual"), ...data.scenarios.map((one) => option(one.name, one.title)));
  $("measure").append(
    ...(book.several ? [option("leader", "Leading power")] : []),
    ...data.pairs.map(([one, other], k) => option(book.sets[k], `Balance ${data.poles[one].short} \u2013 ${data.poles[other].short}`)),
    ...data.poles.map((pole) => option(pole.name, fill("pull", { power: pole.label }))),
  );
  $("lens").append(...data.lenses.map((lens) => option(lens.name, lens.title)));
  $("names").replaceChildren(...byName.map((code) => option(data.states[book.place.get(code)].name, code)));
  $("tours").append(...data.tours.map((one) => option(one.name, one.title)));
  $("tours-label").hidden = data.tours.length === 0;
  $("scenario-label").hidden = data.scenarios.length === 0;
  $("years-label").hidden = data.years.length < 2;
  if (data.layouts && !data.layouts.embedding) $("layout").parentElement.hidden = true;

  $("year").addEventListener("input", (event) => change({ year: data.years[Number(event.target.value)] }));
  $("play").addEventListener("click", () => play(!playing));
  $("scenario").addEventListener("change", (event) => {
    const scenario = data.scenarios.find((one) => one.name === event.target.value);
    // A scenario does not change the years before it: go to its first year.
    change({ scenario: event.target.value, ...(scenario && view.year < scenario.first ? { year: scenario.first } : {}) });
  });
  $("measure").addEventListener("change", (event) => change({ measure: event.target.value }));
  $("lens").addEventListener("change", (event) => change({ lens: event.target.value }));
  $("search").addEventListener("change", (event) => {
    const code = Words.find(data.states, event.target.value);
    $("message").textContent = code || !event.target.value.trim() ? "" : `No country on this map is called \u201c${event.target.value.trim()}\u201d.`;
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
  $("whole-map").addEventListener("click", () => { painter.whole(); change({ zoomed: null }); });
  $("zoom-in").addEventListener("click", () => { painter.zoom(1.5); change({ zoomed: painter.view ?? null }); });
  $("zoom-out").addEventListener("click", () => { painter.zoom(1 / 1.5); change({ zoomed: painter.view?.[0] > 1 ? painter.view : null }); });
  $("map").addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") return $("zoom-in").click();
    if (event.key === "-") return $("zoom-out").click();
    if (event.key === "0") return $("whole-map").click();
    if (event.key === "p" && view.chosen) return pin(view.chosen);
    const way = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!way) return undefined;
    event.preventDefault();
    const at = view.chosen ? byName.indexOf(view.chosen) : way > 0 ? -1 : 0;
    return choose(byName[(at + way + byName.length) % byName.length], false);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && view.chosen) choose(null); });
  window.addEventListener("hashchange", () => {
    const wanted = Address.read(location.hash, book);
    if (wanted.theme) setTheme(wanted.theme);
    change({ ...fresh(), ...withWeights(wanted) }, { quiet: true });
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
      $("message").textContent = "The address of this view is copied.";
    } catch {
      $("message").textContent = "The address of this view is in the browser's address bar; copy it from there.";
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

  const wanted = Address.read(location.hash, book);
  setTheme(wanted.theme ?? view.theme);
  if (wanted.zoomed && painter.view) painter.view = wanted.zoomed;
  await change(withWeights(wanted), { quiet: true });

  document.documentElement.dataset.readyAfter = String(Math.round(performance.now()));
  document.documentElement.dataset.ready = "yes";
  // For scripts and tests that read what is drawn.
  window.influenceAtlas = {
    view, book, painter, show,
    get scene() { return scene; },
    get drawn() { return drawn; },
    change,
    percent,
  };
})();

"use strict";
// The words above and below the map: the finding of the view, its measure and limits, its sources, the ties shown.
const Headline = (() => {
  const { fill } = Statements;
  const { percent } = Words;

  const scenarioOf = (book, view) => book.data.scenarios.find((one) => one.name === view.scenario);

  // A title inside a sentence: lower case, unless it begins with a name or an abbreviation.
  const lower = (book, text) => (/^[A-Z]{2}/.test(text) || book.data.stateNames.some((name) => text.startsWith(name))
    ? text : text[0].toLowerCase() + text.slice(1));

  function when(book, view) {
    const { year } = view;
    const plain = view.scenario ? fill("when_scenario", { scenario: lower(book, scenarioOf(book, view).title), year }) : fill("when", { year });
    const lens = book.lens(view);
    return lens.computed ? plain : fill("through_lens", { when: plain, lens: lens.title.toLowerCase() });
  }

  // Members of powers are shown and not counted.
  const counted = (book, view) => book.data.states.map((_, i) => i)
    .filter((i) => book.data.inRegion[i] && book.pole(i, view.year) < 0);

  function finding(book, view) {
    if (view.measure === "leader") return leaders(book, view);
    return book.sets.includes(view.measure) ? balances(book, view) : strongestPull(book, view);
  }

  function leaders(book, view) {
    const known = counted(book, view).filter((i) => !Number.isNaN(book.cell(book.values(view, "leader"), i, view.year)));
    const leads = known.map((i) => book.leader(view, i, view.year));
    const counts = book.data.poles.map((pole, p) => fill("leader_count", { power: pole.label, count: leads.filter((lead) => lead === p).length }));
    return fill("finding_leaders", { when: when(book, view), total: known.length, counts: counts.join(", ") });
  }

  function strongestPull(book, view) {
    const power = book.data.poles.find((one) => one.name === view.measure).label;
    const known = counted(book, view).map((i) => [book.cell(book.values(view, view.measure), i, view.year), i]).filter(([value]) => !Number.isNaN(value));
    if (!known.length) return fill("finding_no_pull", { when: when(book, view), power });
    const [most, i] = known.reduce((a, b) => (b[0] > a[0] ? b : a));
    return fill("finding_pull", { when: when(book, view), power, state: book.data.states[i].name, value: book.format(view)(most) });
  }

  function balances(book, view) {
    const values = counted(book, view).map((i) => book.cell(book.values(view, view.measure), i, view.year)).filter((value) => !Number.isNaN(value));
    if (!values.length) return fill("finding_no_balance", { when: when(book, view) });
    const [one, other] = book.labels(view.measure);
    const [ahead, behind] = [values.filter((v) => v > 0).length, values.filter((v) => v < 0).length];
    const ranked = ahead >= behind ? { first: one, ahead, second: other, behind } : { first: other, ahead: behind, second: one, behind: ahead };
    return fill("finding", { when: when(book, view), total: values.length, ...ranked });
  }

  function subtitle(book, view) {
    const { data } = book;
    const lens = book.lens(view);
    const weights = data.layers.map((layer, i) => [layer.name, view.weights[i]]).filter(([, weight]) => weight > 0)
      .map(([layer, weight]) => fill("layer_weight", { layer, percent: Number((100 * weight).toFixed(1)) }));
    const parts = [lens.description + (lens.usesWeights ? ` (${[...weights, ...data.choices].join(", ")})` : "")];
    if (view.weights.every((weight) => weight === 0)) parts.push(fill("weights_zero"));
    else if (book.moved(view.weights)) parts.push(fill("weights_changed"));
    parts.push(data.seriesBreaks[view.year]);
    const scenario = scenarioOf(book, view);
    if (scenario && view.year < scenario.first) parts.push(fill("scenario_begins", { first: scenario.first, year: view.year }));
    data.layers.forEach((layer, i) => {
      if (layer.observedTo !== null && lens.usesWeights && view.weights[i] > 0 && view.year > layer.observedTo) {
        parts.push(fill("observed_to", { layer: layer.title, year: layer.observedTo }));
      }
    });
    return parts.map((part) => (/[.:]$/.test(part) ? part : `${part}.`)).join(" ");
  }

  function sources(book, view) {
    const { data } = book;
    const weights = book.lens(view).usesWeights ? view.weights : view.weights.map((_, i) => (i === 0 ? 1 : 0));
    const used = data.layers.flatMap((layer, i) => (weights[i] > 0 ? data.sources[layer.name][data.years.indexOf(view.year)] : []));
    return fill("sources", { cards: [...new Set(used)].map((at) => data.cards[at]).join("; ") });
  }

  function tieCount(book, view, { shown, known, weak, hidden }) {
    const text = fill("ties_shown", { shown, known, weak, hidden, threshold: percent(view.threshold) });
    return book.data.complete ? text : `${text} ${fill("ties_carried")}`;
  }

  return { finding, scenarioOf, sources, subtitle, tieCount };
})();

"use strict";
// From numbers to what is drawn: colours and sizes of dots and arcs, and which belong to the chosen state.
const Scene = (() => {
  const [LEAST, MOST, POLE, SMALL_POLE, FEW] = [4.5, 13, 12, 6, 3]; // a pole of more than a few members has small ones

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const paper = () => ({
    paper: css("--paper"), ink: css("--ink"), soft: css("--soft"), land: css("--land"), coast: css("--coast"),
    line: css("--line"),
  });

  function blend(first, second, share) {
    const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    const [a, b] = [channels(first), channels(second)];
    return `#${a.map((v, i) => Math.round(v + (b[i] - v) * share).toString(16).padStart(2, "0")).join("")}`;
  }

  // Colour of a value: a balance on the scale between its two poles, a pull from grey to its pole's colour.
  function colourOf(book, view, value, state = -1) {
    const { data } = book;
    const theme = view.theme;
    if (view.measure === "leader") {
      const lead = book.leader(view, state, view.year);
      if (lead < 0) return data.zeroColour[theme];
      const pole = data.poles[lead];
      return blend(data.zeroColour[theme], pole.colour[theme], Math.min(1, value / book.cell(book.values(view, pole.name), state, view.year)));
    }
    const pair = book.sets.indexOf(view.measure);
    if (pair >= 0) {
      const pole = data.poles[data.pairs[pair][value > 0 ? 0 : 1]];
      return blend(data.zeroColour[theme], pole.colour[theme], Math.min(1, Math.abs(value)));
    }
    const pole = data.poles.find((one) => one.name === view.measure);
    return blend(data.zeroColour[theme], pole.colour[theme], Math.max(0, Math.min(1, value / scaleOf(book, view))));
  }

  // Pull at which the colour is full: that of the lens, or the largest actual value of any state and year.
  function scaleOf(book, view) {
    return book.lens(view).fullColour ?? (book.largest(view, view.measure) || 1);
  }

  function dotsOf(book, view) {
    const { data } = book;
    const values = book.values(view, view.measure);
    const range = book.range(view, view.measure);
    const direct = book.measured(view.scenario, view.weights);
    const poles = data.states.map((_, i) => book.pole(i, view.year));
    const single = (pole) => pole >= 0 && poles.filter((other) => other === pole).length <= FEW;
    return data.states.map((state, i) => {
      const pole = poles[i];
      const value = book.cell(values, i, view.year);
      const known = !Number.isNaN(value);
      const both = direct.pulls.slice(0, 2).reduce((sum, pull) => sum + book.cell(pull, i, view.year), 0);
      const span = range && book.sets.includes(view.measure)
        && book.cell(range.low, i, view.year) < 0 && book.cell(range.high, i, view.year) > 0;
      const fill = pole >= 0 ? data.poles[pole].colour[view.theme] : known ? colourOf(book, view, value, i) : paper().soft;
      const chosen = state.code === view.chosen;
      return {
        code: state.code, name: pole >= 0 ? state.name.toUpperCase() : state.name, x: state.x, y: state.y, value,
        radius: pole >= 0 ? (single(pole) ? POLE : SMALL_POLE) : Number.isNaN(both) ? LEAST : LEAST + (MOST - LEAST) * Math.sqrt(both),
        fill, diamond: pole >= 0, hollow: pole < 0 && known && Boolean(span), hatched: pole < 0 && !known, chosen,
        near: true, named: chosen || single(pole) || view.pinned.includes(state.code),
        rank: state.rank + (chosen ? 1000 : view.pinned.includes(state.code) ? 900 : single(pole) ? 500 : 0),
      };
    });
  }

  function arcsOf(book, view, dots) {
    const { data } = book;
    const shares = book.ties(view, view.year);
    const prominent = view.all ? null : book.prominent(view, view.year, shares);
    const chosen = view.chosen === null ? -1 : book.place.get(view.chosen);
    const poles = data.states.map((_, i) => book.pole(i, view.year));
    const out = [];
    const tally = { known: 0, weak: 0, hidden: 0, shown: 0 };
    data.ties.forEach(([source, target], i) => {
      const share = shares[i];
      if (source >= book.count || share <= 0) return;
      tally.known += 1;
      if (share < view.threshold) {
        tally.weak += 1;
        return;
      }
      const kept = !prominent || prominent[i] || (poles[source] !== poles[target] && (poles[source] >= 0 || poles[target] >= 0));
      if (!kept) {
        tally.hidden += 1;
        return;
      }
      tally.shown += 1;
      const near = chosen < 0 || source === chosen || target === chosen;
      const fill = poles[source] >= 0 ? data.poles[poles[source]].colour[view.theme] : data.otherColour[view.theme];
      const alpha = near ? Math.min(0.85, (chosen < 0 ? 0.2 : 0.45) + 1.6 * share) : 0.05;
      out.push({ from: dots[target], to: dots[source], share, fill, near, alpha });
    });
    // Weak ties first, so that the strong lie on top; those of the chosen state last.
    out.sort((a, b) => a.near - b.near || a.share - b.share);
    return { arcs: out, tally, shares };
  }

  function of(book, view, compact) {
    const dots = dotsOf(book, view);
    const { arcs, tally, shares } = arcsOf(book, view, dots);
    if (view.chosen !== null) {
      const near = new Set([view.chosen]);
      for (const arc of arcs) if (arc.near) near.add(arc.from.code).add(arc.to.code);
      for (const dot of dots) dot.near = near.has(dot.code) || dot.diamond;
    }
    const tint = view.tint ? Object.fromEntries(dots.filter((dot) => !dot.diamond && !dot.hatched)
      .map((dot) => [dot.code, blend(paper().land, dot.fill, 0.55)])) : null;
    return { dots, arcs, tally, shares, tint, colours: paper(), compact, year: view.year };
  }

  return { of, colourOf, scaleOf, blend, paper };
})();

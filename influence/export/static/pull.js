"use strict";
// The page's arithmetic: direct pull from the layers and any weights, as metrics/pull.py and ties.py compute it.
// Arrays are flat, years last. arrays is what unpack() gives; S states, Y years, P poles, L layers, the first is trade.
const Pull = (() => {
  const FLOOR = 0.8 - 1e-6; // least coverage of a value (schema.COVERAGE_FLOOR, to COVERAGE_ROUNDING)
  const ALPHA = 0.05; // of the backbone (backbone.ALPHA)

  // Weights of a year: layers that nobody observed that year are left out and the others rescaled.
  function ofYear(arrays, weights, year) {
    const [layers, years] = arrays.exists.shape;
    const raw = weights.map((weight, layer) => weight * arrays.exists.values[layer * years + year]);
    const whole = raw.reduce((sum, weight) => sum + weight, 0);
    return whole > 0 ? raw.map((weight) => weight / whole) : new Array(layers).fill(0);
  }

  // The direct pull of every state in every year.
  // pulls[p], balances[k] of pairs[k], coverage, notCovered: [state * Y + year], NaN where there is no value;
  // parts[l][p]: what layer l adds to pull p; breaks: 1 where the series behind the number changes.
  function measure(arrays, weights, pairs) {
    const [layers, poles, states, years] = arrays.pole.shape;
    const size = states * years;
    const blank = () => new Float64Array(size);
    const coverage = blank();
    const notCovered = blank();
    const breaks = new Uint8Array(size);
    const pulls = Array.from({ length: poles }, blank);
    const parts = Array.from({ length: layers }, () => Array.from({ length: poles }, blank));
    for (let year = 0; year < years; year += 1) {
      const weight = ofYear(arrays, weights, year);
      for (let state = 0; state < states; state += 1) {
        const cell = state * years + year;
        let known = 0;
        let uncovered = 0;
        for (let layer = 0; layer < layers; layer += 1) {
          if (weight[layer] === 0) continue;
          const at = layer * size + cell;
          known += weight[layer] * (weight[0] > 0 ? arrays.observed_pairs : arrays.observed).values[at];
          uncovered += weight[layer] * arrays.not_covered.values[at];
        }
        coverage[cell] = Math.min(1, known + uncovered);
        notCovered[cell] = uncovered;
        breaks[cell] = broken(arrays, weights, cell) ? 1 : 0;
        const covered = known + uncovered >= FLOOR;
        for (let pole = 0; pole < poles; pole += 1) {
          let pull = 0;
          for (let layer = 0; layer < layers; layer += 1) {
            const share = weight[layer] === 0 ? 0 : weight[layer] * arrays.pole.values[(layer * poles + pole) * size + cell];
            parts[layer][pole][cell] = share;
            pull += share;
          }
          // A group as power pulls on its own member with the others; one country not on itself.
          const others = arrays.pole_size.values[pole * years + year] > arrays.member.values[pole * size + cell];
          pulls[pole][cell] = covered && others ? pull : NaN;
        }
      }
    }
    const balances = pairs.map(([one, other]) => between(pulls[one], pulls[other]));
    return { pulls, balances, parts, coverage, notCovered, breaks };
  }

  const between = (one, other) => one.map((pull, i) => (pull - other[i]) / (pull + other[i] || NaN));

  function broken(arrays, weights, cell) {
    const [layers, states, years] = arrays.breaks.shape;
    for (let layer = 0; layer < layers; layer += 1) {
      if (weights[layer] > 0 && arrays.breaks.values[layer * states * years + cell]) return true;
    }
    return false;
  }

  // Share of each pair (ties of the page) in a year; 0 where the tie or the state's portfolio is not known.
  function ties(arrays, weights, year, pairs, measured) {
    const [layers, count, years] = arrays.ties.shape;
    const weight = ofYear(arrays, weights, year);
    const out = new Float64Array(count);
    for (let layer = 0; layer < layers; layer += 1) {
      if (weight[layer] === 0) continue;
      const first = layer * count * years + year;
      for (let pair = 0; pair < count; pair += 1) out[pair] += weight[layer] * arrays.ties.values[first + pair * years];
    }
    for (let pair = 0; pair < count; pair += 1) {
      if (Number.isNaN(out[pair]) || measured.coverage[pairs[pair][1] * years + year] < FLOOR) out[pair] = 0;
    }
    return out;
  }

  // Ties that are prominent among those of the state that relies (backbone.prominent), and each state's strongest.
  // Where the page does not have every tie, the number of ties and their sum are those that Python counted.
  function prominent(shares, pairs, shown, whole, degree) {
    const sum = new Float64Array(shown);
    const count = new Float64Array(shown);
    const most = new Float64Array(shown);
    pairs.forEach(([source, target], i) => {
      if (source >= shown || shares[i] <= 0) return;
      sum[target] += shares[i];
      count[target] += 1;
      most[target] = Math.max(most[target], shares[i]);
    });
    return pairs.map(([source, target], i) => {
      if (source >= shown || shares[i] <= 0) return false;
      const all = whole ? whole[target] : sum[target];
      const number = degree ? degree[target] : count[target];
      return shares[i] === most[target] || (number > 1 && (1 - shares[i] / all) ** (number - 1) < ALPHA);
    });
  }

  // The year in which a balance changed sign for good (trends.lasting_crossing): null where there is none. Values and
  // breaks of one state; a run ends at a year without value and begins again at a break.
  function crossing(values, breaks, years) {
    let run = 0;
    let before = null;
    let found = null;
    let turned = null;
    values.forEach((value, i) => {
      if (Number.isNaN(value)) {
        run += 1;
        return;
      }
      if (breaks[i]) run += 1;
      const sign = Math.sign(value);
      if (sign === 0) return;
      if (before && before.sign !== sign) {
        turned = i;
        if (before.run === run) found = { at: i, year: years[i], direction: sign };
      }
      before = { sign, run };
    });
    return found ? { year: found.year, direction: found.direction, holds: turned === found.at } : null;
  }

  // The weight of each layer at which two poles are equal, the others in their present proportions
  // (comparison/thresholds.py): [{ layer, now, level }] of the layers that have one. measured is what measure() gives.
  function thresholds(measured, weight, [one, other], cell) {
    if ([one, other].some((pole) => Number.isNaN(measured.pulls[pole][cell]))) return [];
    const gaps = measured.parts.map((part) => part[one][cell] - part[other][cell]);
    const whole = gaps.reduce((sum, gap) => sum + gap, 0);
    return weight.flatMap((now, layer) => {
      if (now <= 0 || now >= 1) return [];
      const alone = gaps[layer] / now;
      const rest = (whole - gaps[layer]) / (1 - now);
      return alone * rest < 0 ? [{ layer, now, level: rest / (rest - alone) }] : [];
    });
  }

  return { measure, ties, prominent, crossing, thresholds, ofYear };
})();

"use strict";
// The numbers of the page by scenario, weights, lens and year: the one place that reads the arrays.
const Numbers = (() => {
  class Book {
    constructor(data, base) {
      this.data = data;
      this.base = base;
      this.scenarios = new Map([["", base]]);
      this.years = data.years;
      this.count = data.states.length;
      this.cache = new Map();
      this.sets = data.pairs.map(([one, other]) => `${data.poles[one].name}-${data.poles[other].name}`);
      // With three poles or more no single balance shows who leads: the leader and its margin do.
      this.several = data.poles.length > 2;
      this.measures = [...data.measures, ...(this.several ? ["leader"] : [])];
      this.usual = this.several ? "leader" : this.sets[0];
      this.place = new Map(data.states.map((state, i) => [state.code, i]));
    }

    // The numbers of a scenario are unpacked when they are first asked for.
    async load(scenario) {
      if (this.scenarios.has(scenario)) return;
      const { numbers } = this.data.scenarios.find((one) => one.name === scenario);
      this.scenarios.set(scenario, await Unpack.unpack(numbers, this.base));
    }

    // The row of the lens table for a view.
    lens(view) {
      return this.data.lenses.find((lens) => lens.name === view.lens);
    }

    // How a pull is written through a lens, and how the measure of a view is written.
    unit(view) {
      return this.lens(view).isShare ? Words.percent : Words.plain;
    }

    format(view) {
      return this.sets.includes(view.measure) ? Words.signed : this.unit(view);
    }

    // The balance that a view is about: its measure, or the first pair's.
    pairOf(view) {
      return this.sets.includes(view.measure) ? view.measure : this.sets[0];
    }

    // Labels of the two poles of a balance.
    labels(measure) {
      return this.data.pairs[this.sets.indexOf(measure)].map((at) => this.data.poles[at].label);
    }

    moved(weights) {
      const usual = this.data.weights;
      return weights.some((weight, i) => Math.abs(weight - usual[i]) > 1e-9);
    }

    measured(scenario, weights) {
      return this.once(`${scenario}|${weights.join()}`, () => Pull.measure(this.scenarios.get(scenario), weights, this.data.pairs));
    }

    // Values of a measure (a pole's pull or a balance, by its key) for every state and year: [state * Y + year].
    values(view, measure, scenario = view.scenario) {
      if (measure === "leader") return this.margins(view, scenario);
      const arrays = this.scenarios.get(scenario);
      const pole = this.data.poles.findIndex((one) => one.name === measure);
      if (this.lens(view).computed) {
        const direct = this.measured(scenario, view.weights);
        return pole >= 0 ? direct.pulls[pole] : direct.balances[this.sets.indexOf(measure)];
      }
      const size = this.count * this.years.length;
      const [name, at] = pole >= 0 ? ["lens", pole] : ["balance", this.sets.indexOf(measure)];
      return arrays[`${name}_${view.lens}`].values.subarray(at * size, (at + 1) * size);
    }

    // Pull of the strongest pole less that of the next (pull.leader_margin); NaN where any pole's is.
    margins(view, scenario) {
      return this.once(`margins|${scenario}|${view.lens}|${view.weights.join()}`, () => {
        const pulls = this.data.poles.map((pole) => this.values(view, pole.name, scenario));
        return pulls[0].map((_, cell) => {
          const here = pulls.map((pull) => pull[cell]).sort((a, b) => b - a);
          return here.some(Number.isNaN) ? NaN : here[0] - here[1];
        });
      });
    }

    // Largest actual value of a measure in any state and year.
    largest(view, measure) {
      return this.once(`largest|${measure}|${view.lens}|${view.weights.join()}`, () =>
        this.values(view, measure, "").reduce((most, value) => (value > most ? value : most), 0));
    }

    // What `make` gives, made at the first call under this key and kept for some others.
    once(key, make) {
      if (!this.cache.has(key)) {
        if (this.cache.size > 16) this.cache.delete(this.cache.keys().next().value);
        this.cache.set(key, make());
      }
      return this.cache.get(key);
    }

    // The pole that pulls hardest on a state, -1 where there is none or two are equal.
    leader(view, state, year) {
      const pulls = this.data.poles.map((pole) => this.cell(this.values(view, pole.name), state, year));
      if (pulls.some(Number.isNaN)) return -1;
      const most = Math.max(...pulls);
      return pulls.filter((pull) => pull === most).length > 1 ? -1 : pulls.indexOf(most);
    }

    // Range of a measure over definitions; null where there is none: through another lens, or with changed weights.
    range(view, measure, scenario = view.scenario) {
      if (!this.lens(view).computed || this.moved(view.weights) || measure === "leader") return null;
      const size = this.count * this.years.length;
      const at = this.data.measures.indexOf(measure) * size;
      const arrays = this.scenarios.get(scenario);
      return { low: arrays.low.values.subarray(at, at + size), high: arrays.high.values.subarray(at, at + size) };
    }

    coverage(view) {
      const arrays = this.scenarios.get(view.scenario);
      return this.lens(view).computed ? this.measured(view.scenario, view.weights).coverage : arrays[`cover_${view.lens}`].values;
    }

    // Breaks of the series behind a lens: the composite for lenses that use the weights, trade alone for the others.
    breaks(view) {
      if (this.lens(view).usesWeights) return this.measured(view.scenario, view.weights).breaks;
      return this.scenarios.get(view.scenario).breaks.values.subarray(0, this.count * this.years.length);
    }

    of(array, state) {
      const size = this.years.length;
      return array.subarray(state * size, (state + 1) * size);
    }

    cell(array, state, year) {
      return array[state * this.years.length + this.years.indexOf(year)];
    }

    // Bits of marks on the poles' ties of a state, of the layers that count.
    marks(view, state, year) {
      const { marks } = this.scenarios.get(view.scenario);
      const [layers, poles, states, years] = marks.shape;
      const counted = this.lens(view).usesWeights ? view.weights.map((w) => w > 0) : [true];
      let bits = 0;
      for (let layer = 0; layer < layers; layer += 1) {
        if (!counted[layer]) continue;
        for (let pole = 0; pole < poles; pole += 1) {
          bits |= marks.values[((layer * poles + pole) * states + state) * years + this.years.indexOf(year)];
        }
      }
      return this.data.marks.filter((_, i) => bits & (1 << i));
    }

    // The pole a state belongs to in a year, -1 for none; the last year's where it has left.
    pole(state, year, scenario = "") {
      const { shape: [poles, states, years], values } = this.scenarios.get(scenario).member;
      const at = this.years.indexOf(year);
      for (let pole = 0; pole < poles; pole += 1) if (values[(pole * states + state) * years + at]) return pole;
      return -1;
    }

    ties(view, year) {
      const at = this.years.indexOf(year);
      return Pull.ties(this.scenarios.get(view.scenario), view.weights, at, this.data.ties, this.measured(view.scenario, view.weights));
    }

    // Which ties are prominent. Where the page does not have all ties, their sum and number come from the arrays.
    prominent(view, year, shares) {
      if (this.data.complete) return Pull.prominent(shares, this.data.ties, this.count);
      const at = this.years.indexOf(year);
      const direct = this.measured(view.scenario, view.weights);
      const cells = Array.from({ length: this.count }, (_, i) => i * this.years.length + at);
      const whole = cells.map((cell) => direct.coverage[cell] - direct.notCovered[cell]);
      const { degree } = this.scenarios.get(view.scenario);
      return Pull.prominent(shares, this.data.ties, this.count, whole, cells.map((cell) => degree.values[cell]));
    }

    crossing(view, measure, state) {
      return Pull.crossing(this.of(this.values(view, measure), state), this.of(this.breaks(view), state), this.years);
    }

    // The layer weights at which the lead in a state changes; of the direct pull only.
    thresholds(view, measure, state) {
      if (!this.lens(view).computed) return [];
      const at = this.years.indexOf(view.year);
      const weight = Pull.ofYear(this.scenarios.get(view.scenario), view.weights, at);
      const pair = this.data.pairs[this.sets.indexOf(measure)];
      return Pull.thresholds(this.measured(view.scenario, view.weights), weight, pair, state * this.years.length + at);
    }

    // The strongest ties of a state, the states it relies on.
    partners(state, shares, most = 8) {
      const into = [];
      this.data.ties.forEach(([source, target], i) => { if (target === state && shares[i] > 0) into.push([source, shares[i]]); });
      into.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      return into.slice(0, most).map(([source, share]) => ({ ...this.who(source), share, drawn: source < this.count }));
    }

    // Share of a state's reliance on states without a dot; NaN where its portfolio is not known well enough.
    elsewhere(view, state, year, shares) {
      const direct = this.measured(view.scenario, view.weights);
      const whole = this.cell(direct.coverage, state, year) - this.cell(direct.notCovered, state, year);
      let drawn = 0;
      let any = false;
      this.data.ties.forEach(([source, target], i) => {
        if (target !== state) return;
        any ||= shares[i] > 0;
        if (source < this.count) drawn += shares[i];
      });
      return any && this.data.complete ? Math.max(0, whole - drawn) : NaN;
    }

    targets(state, shares, most = 8) {
      const out = [];
      this.data.ties.forEach(([source, target], i) => { if (source === state && shares[i] > 0) out.push([target, shares[i]]); });
      out.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
      return out.slice(0, most).map(([target, share]) => ({ ...this.who(target), share }));
    }

    who(place) {
      return place < this.count ? this.data.states[place] : this.data.others[place - this.count];
    }
  }

  return { Book };
})();

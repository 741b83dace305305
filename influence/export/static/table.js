"use strict";
// The same numbers as a table: sortable, updated in place when the year moves.
const Table = (() => {
  const { fill } = Statements;
  const { change, percent, signed, make } = Words;

  // The columns of the atlas for a view.
  function columnsOf(book, view) {
    const { data } = book;
    const unit = book.unit(view);
    const pair = book.pairOf(view);
    const value = (measure, scenario) => (i) => book.cell(book.values(view, measure, scenario), i, view.year);
    const direct = book.measured(view.scenario, view.weights);
    const pole = (i) => book.pole(i, view.year) >= 0;
    const columns = [
      { key: "name", title: "Country", value: (i) => data.states[i].name, text: String },
      { key: "balance", title: `Balance ${pair.replace("-", "\u2013")}`, value: value(pair), text: signed, pole },
    ];
    const range = book.range(view, pair);
    if (range) {
      columns.push({ key: "range", title: fill("range_title"), value: (i) => book.cell(range.high, i, view.year) - book.cell(range.low, i, view.year), pole,
        text: (_, i) => (Number.isNaN(book.cell(range.low, i, view.year)) ? fill("no_value")
          : fill("range", { low: signed(book.cell(range.low, i, view.year)), high: signed(book.cell(range.high, i, view.year)) })) });
    }
    if (view.scenario) {
      columns.push({ key: "change", title: "Change from actual", text: change, pole,
        value: (i) => value(pair)(i) - value(pair, "")(i) });
    }
    if (book.several) {
      columns.push(
        { key: "leader", title: "Leading power", text: String, pole,
          value: (i) => { const lead = book.leader(view, i, view.year); return lead < 0 ? "none" : data.poles[lead].label; } },
        { key: "margin", title: "Lead over the next", value: value("leader"), text: unit, pole },
      );
    }
    for (const one of data.poles) columns.push({ key: `pull-${one.name}`, title: fill("pull", { power: one.label }), value: value(one.name), text: unit });
    columns.push(
      { key: "not_covered", title: "Not covered", value: (i) => book.cell(direct.notCovered, i, view.year), text: percent },
      { key: "coverage", title: "Observed", value: (i) => book.cell(book.coverage(view), i, view.year), text: percent },
      { key: "flags", title: "Flags", value: (i) => Story.flagsOf(book, view, i).join(", "), text: String },
    );
    return columns;
  }

  class Sheet {
    // states: [{code, name}], a row each. pick(code), sorted(key): what a press on a name and on a heading does.
    constructor(states, element, pick, sorted) {
      Object.assign(this, { states, element, pick, sorted, key: "" });
    }

    // columns: [{key, title, value(i), text(value, i), pole(i)}], the first of them the name.
    draw(columns, { caption, chosen, sort }) {
      const key = columns.map((column) => column.title).join("|");
      if (key !== this.key) this.build(columns);
      this.key = key;
      this.element.querySelector("caption").textContent = `${caption}; press a heading to sort, a name to see the country on the map`;
      const shown = columns.map((column) => this.states.map((_, i) => column.value(i)));
      this.rows.forEach((row, i) => {
        row.classList.toggle("chosen", row.dataset.code === chosen);
        columns.forEach((column, k) => {
          if (column.key === "name") return;
          const text = column.pole && column.pole(i) ? "power" : column.text(shown[k][i], i);
          const cell = row.cells[k];
          if (cell.textContent !== text) cell.textContent = text;
        });
      });
      this.order(columns, shown, sort);
    }

    order(columns, shown, [by, way]) {
      const at = Math.max(0, columns.findIndex((column) => column.key === by));
      const values = shown[at];
      const none = (v) => typeof v === "number" && Number.isNaN(v);
      const order = values.map((_, i) => i).sort((a, b) => {
        const [x, y] = [values[a], values[b]];
        if (none(x) || none(y)) return none(x) - none(y) || a - b;
        return way * (typeof x === "number" ? x - y : String(x).localeCompare(String(y), "en")) || a - b;
      });
      columns.forEach((column, k) => this.heads[k].setAttribute("aria-sort", k === at ? (way > 0 ? "ascending" : "descending") : "none"));
      if (order.join() === this.last) return;
      this.last = order.join();
      this.element.querySelector("tbody").append(...order.map((i) => this.rows[i]));
    }

    build(columns) {
      const held = document.activeElement?.dataset?.sort;
      this.heads = columns.map((column) => {
        const cell = make("th", undefined, { scope: "col" });
        const button = make("button", column.title, { type: "button", "data-sort": column.key });
        button.addEventListener("click", () => this.sorted(column.key));
        cell.append(button);
        return cell;
      });
      const head = make("tr");
      head.append(...this.heads);
      this.element.querySelector("thead").replaceChildren(head);
      this.rows = this.states.map((state) => {
        const row = make("tr", undefined, { "data-code": state.code });
        columns.forEach((column, k) => {
          const cell = make(k ? "td" : "th", undefined, k ? {} : { scope: "row" });
          if (column.key === "name") {
            const button = make("button", state.name, { type: "button" });
            button.addEventListener("click", () => this.pick(state.code));
            cell.append(button);
          }
          row.append(cell);
        });
        return row;
      });
      this.last = null;
      this.element.querySelector("tbody").replaceChildren(...this.rows);
      if (held) this.element.querySelector(`[data-sort="${CSS.escape(held)}"]`)?.focus();
    }
  }

  return { Sheet, columnsOf };
})();

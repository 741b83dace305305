"use strict";
// Numbers as text (as statements/numbers.py writes them) and elements. All text of the data enters through textContent.
const Words = (() => {
  // A fixed number of digits, halves away from zero; first rounded to the six digits that the page and Python share.
  const fixed = (value, digits) => {
    const exact = Math.round(Math.abs(value) * 1e6) / 1e6;
    return (Math.sign(value) * (exact + 1e-9)).toFixed(digits);
  };
  const noValue = () => Statements.fill("no_value");
  const none = (value) => value === null || value === undefined || Number.isNaN(value);
  const percent = (share) => (none(share) ? noValue() : `${fixed(100 * share, 1)} %`);
  const plain = (value) => (none(value) ? noValue() : minus(fixed(value, 3)));
  const minus = (text) => text.replace("-", "\u2212");
  const signed = (value) => {
    if (none(value)) return noValue();
    const text = fixed(Math.abs(value), 2);
    if (Number(text) === 0) return text;
    return (value > 0 ? "+" : "\u2212") + text;
  };
  // A change to three digits, with its sign; zero has none.
  const change = (value) => {
    const text = plain(value);
    return none(value) || Number(fixed(value, 3)) === 0 ? text.replace("\u2212", "") : (value > 0 ? "+" : "") + text;
  };
  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    if (text !== undefined && text !== null) element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const drawn = (tag, attributes, text) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const list = (words, join = "and") => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${join} ${words.at(-1)}`);

  // Lines of at most `width`, by a function that measures a text.
  function wrap(text, width, measured) {
    const lines = [];
    let line = "";
    for (const word of text.split(/\s+/)) {
      const longer = line ? `${line} ${word}` : word;
      if (line && measured(longer) > width) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    if (line) lines.push(line);
    return lines;
  }

  // Code of the state somebody looks for: by code, name, beginning or part of the name; null where there is none.
  function find(states, text) {
    const wanted = text.trim().toLowerCase();
    if (!wanted) return null;
    const named = (test) => states.find((state) => test(state.name.toLowerCase(), state.code.toLowerCase()));
    const found = named((name, code) => code === wanted || name === wanted) ?? named((name) => name.startsWith(wanted))
      ?? named((name) => name.includes(wanted));
    return found ? found.code : null;
  }

  return { change, drawn, find, none, percent, plain, signed, make, list, wrap };
})();

"use strict";
// The legend: the scale of colours with its ends, and the colours of the ties.
const Legend = (() => {
  const $ = (id) => document.getElementById(id);
  const { fill } = Statements;
  const { make } = Words;

  function show(book, view) {
    const pair = book.sets.indexOf(view.measure);
    for (const id of ["bar", "scale-ends"]) $(id).hidden = view.measure === "leader";
    $("leader-note").hidden = view.measure !== "leader";
    const stops = [];
    for (let k = 0; k <= 10 && view.measure !== "leader"; k += 1) {
      const value = pair >= 0 ? k / 5 - 1 : (k / 10) * Scene.scaleOf(book, view);
      stops.push(`${Scene.colourOf(book, view, value)} ${10 * k}%`);
    }
    if (stops.length) $("bar").style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    const format = book.format(view);
    if (pair >= 0) {
      const [one, other] = book.data.pairs[pair].map((at) => book.data.poles[at].short);
      [$("scale-low").textContent, $("scale-middle").textContent, $("scale-high").textContent] = [fill("only", { value: "\u22121", power: other }), "0", fill("only", { value: "+1", power: one })];
    } else if (stops.length) {
      const top = Scene.scaleOf(book, view);
      [$("scale-low").textContent, $("scale-middle").textContent, $("scale-high").textContent] = [format(0), format(top / 2), `${format(top)} and more`];
    }
    $("range-note").hidden = !book.range(view, view.measure);
    const key = view.theme;
    if ($("pole-keys").dataset.theme === key) return;
    $("pole-keys").dataset.theme = key;
    const keys = book.data.poles.map((pole) => [pole.colour[view.theme], `ties of countries that rely on ${pole.label}`]);
    keys.push([book.data.otherColour[view.theme], "ties of countries that rely on others"]);
    $("pole-keys").replaceChildren(...keys.map(([paint, text]) => {
      const item = make("li");
      const swatch = make("span", undefined, { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = paint;
      item.append(swatch, make("span", text));
      return item;
    }));
  }

  return { show };
})();

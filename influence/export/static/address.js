"use strict";
// The view in the address, so that a link shows what its sender saw. Every part is checked against what the page has;
// a part that is not understood is left out.
const Address = (() => {
  const written = (view, book) => {
    const { data } = book;
    const parts = { y: view.year };
    if (view.scenario) parts.s = view.scenario;
    if (view.measure !== book.usual) parts.m = view.measure;
    if (view.lens !== data.lenses[0].name) parts.l = view.lens;
    if (view.chosen) parts.c = view.chosen;
    if (view.pinned.length) parts.p = view.pinned.join(",");
    if (book.moved(view.weights)) parts.w = view.raw.join(",");
    if (view.threshold !== data.threshold) parts.t = Math.round(1000 * view.threshold) / 10;
    if (view.all) parts.a = 1;
    if (view.tint) parts.n = 1;
    if (view.chosenTheme) parts.d = view.theme;
    if (view.sort.join() !== "balance,1") parts.o = view.sort.join(",");
    if (view.layout) parts.f = view.layout;
    if (view.present) parts.b = 1;
    if (view.zoomed) parts.z = view.zoomed.map((number) => Math.round(1000 * number) / 1000).join(",");
    return `#${Object.entries(parts).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
  };

  function read(text, book) {
    const { data } = book;
    const parts = {};
    for (const part of text.replace(/^#/, "").split("&")) {
      const [key, value] = part.split("=");
      try {
        if (value !== undefined) parts[key] = decodeURIComponent(value.replaceAll("+", " "));
      } catch {
        // A broken escape: leave it out.
      }
    }
    const known = (code) => book.place.has(code);
    const out = {};
    const year = Number(parts.y);
    if (data.years.includes(year)) out.year = year;
    if (data.scenarios.some((one) => one.name === parts.s)) out.scenario = parts.s;
    if (book.measures.includes(parts.m)) out.measure = parts.m;
    if (data.lenses.some((lens) => lens.name === parts.l)) out.lens = parts.l;
    if (known(parts.c)) out.chosen = parts.c;
    if (parts.p) out.pinned = [...new Set(parts.p.split(","))].filter(known).slice(0, 4);
    if (parts.w) {
      const raw = parts.w.split(",").map(Number);
      if (raw.length === data.layers.length && raw.every((n) => n >= 0 && n <= 100) && raw.some((n) => n > 0)) out.raw = raw;
    }
    const least = Number(parts.t);
    if (parts.t && least >= 0 && least <= 30) out.threshold = least / 100;
    if (parts.a === "1") out.all = true;
    if (parts.n === "1") out.tint = true;
    if (parts.b === "1") out.present = true;
    if (["light", "dark"].includes(parts.d)) Object.assign(out, { theme: parts.d, chosenTheme: true });
    const [by, way] = (parts.o ?? "").split(",");
    if (/^[\w-]+$/.test(by) && ["1", "-1"].includes(way)) out.sort = [by, Number(way)];
    if (parts.f === "embedding" || parts.f === "geography") out.layout = parts.f;
    const zoom = (parts.z ?? "").split(",").map(Number);
    if (zoom.length === 3 && zoom.every(Number.isFinite) && zoom[0] >= 1 && zoom[0] <= 12) out.zoomed = zoom;
    return out;
  }

  return { written, read };
})();

"use strict";
// Arrays packed by export/packing.py: base64 of deflated tokens, seven bits a byte, low first. A token is 0 for no value
// (NaN), else 1 + zigzag of the change along the last axis of what is added to `base`.
const Unpack = (() => {
  async function inflated(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  // {name: {shape, step, values}}. With a base of more years (the last axis) the result has the base's years, and
  // the years before the packed ones are those of the base.
  async function unpack(packed, base) {
    const bytes = await inflated(packed.bytes);
    const out = {};
    let at = 0;
    for (const { name, shape, step } of packed.arrays) {
      const short = shape[shape.length - 1];
      const rows = shape.reduce((product, size) => product * size, 1) / (short || 1);
      const under = base ? base[name] : null;
      const long = under ? under.shape[under.shape.length - 1] : short;
      const values = under ? Float64Array.from(under.values) : new Float64Array(rows * long);
      for (let row = 0; row < rows; row += 1) {
        let change = 0;
        for (let year = 0; year < short; year += 1) {
          let token = 0;
          for (let scale = 1; ; scale *= 128) {
            const byte = bytes[at];
            at += 1;
            token += (byte & 127) * scale;
            if (byte < 128) break;
          }
          const place = row * long + long - short + year;
          if (token === 0) {
            values[place] = NaN;
            continue;
          }
          token -= 1;
          change += token % 2 ? -(token + 1) / 2 : token / 2;
          const before = under && !Number.isNaN(under.values[place]) ? Math.round(under.values[place] / step) : 0;
          values[place] = (before + change) * step;
        }
      }
      out[name] = { shape: [...shape.slice(0, -1), long], step, values };
    }
    return out;
  }

  return { unpack };
})();

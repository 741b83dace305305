"use strict";
// The painter of the map: land, tapered arcs, dots and labels on one canvas, and the same on an SvgPen. A painter has
// paint(scene), place(code), whole(), zoom(factor), view and calls picked(code). A scene has everything that is
// drawn and nothing of where it comes from: dots {code, name, x, y, radius, fill, line, hollow, hatched, diamond, near,
// rank, named: whether it must have its name}, arcs {from, to, share, fill, near}, tint (iso3 -> colour, null for no
// data) and the theme's colours.
const LandMap = (() => {
  const BOW = 0.17; // how far an arc swings out, of its length
  const { LABEL, MANY } = MapLabels;
  const [LARGE, CODE] = [1.5, 11];
  const [SMALL, SMALL_LABEL] = [900, 12]; // a map narrower than this has smaller names
  const [HAIR, BATCH] = [0.005, 50];
  const arcWidth = (share) => 0.8 + 26 * share;

  // Dots and ties grow with the map, and are smaller where there are many.
  const sizeFor = (wide, scene) => Math.max(0.6, Math.min(1.6, wide / 1000)) * (scene.dots.length > MANY ? 0.7 : 1);

  // The position on paper of a place of the map: extent [left, top, right, bottom] in map units fitted into a box.
  function fitted(extent, wide, high) {
    const scale = Math.min(wide / (extent[2] - extent[0]), high / (extent[3] - extent[1]));
    return {
      scale,
      x: wide / 2 - (scale * (extent[0] + extent[2])) / 2,
      y: high / 2 - (scale * (extent[1] + extent[3])) / 2,
    };
  }

  function bent(from, to) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    return [(from[0] + to[0]) / 2 + dy * BOW, (from[1] + to[1]) / 2 - dx * BOW];
  }

  const hair = (from, to) => [["M", from[0], from[1]], ["Q", ...bent(from, to), to[0], to[1]]];

  // From the state that relies (wide) to the one it relies on (a point), swinging out to the left.
  function arcPath(from, to, share, size) {
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = Math.hypot(dx, dy) || 1;
    const [nx, ny] = [-dy / length, dx / length];
    const half = (arcWidth(share) * size) / 2;
    const [cx, cy] = bent(from, to);
    return [
      ["M", from[0] + nx * half, from[1] + ny * half],
      ["Q", cx + nx * half * 0.8, cy + ny * half * 0.8, to[0], to[1]],
      ["Q", cx - nx * half * 0.8, cy - ny * half * 0.8, from[0] - nx * half, from[1] - ny * half],
      ["Z"],
    ];
  }

  function ringsOf(land) {
    const rings = [];
    let at = 0;
    land.length.values.forEach((size, i) => {
      const places = [];
      for (let k = at; k < at + size; k += 1) places.push([land.x.values[k], land.y.values[k]]);
      rings.push({ iso3: land.iso3[i], places });
      at += size;
    });
    return rings;
  }

  function drawLand(pen, rings, scene, to) {
    // One path a state, so that holes are holes (even-odd).
    const shapes = new Map();
    for (const ring of rings) {
      const path = shapes.get(ring.iso3) ?? [];
      ring.places.forEach(([x, y], i) => path.push([i ? "L" : "M", to.x + to.scale * x, to.y + to.scale * y]));
      path.push(["Z"]);
      shapes.set(ring.iso3, path);
    }
    for (const [iso3, path] of shapes) {
      const tint = scene.tint ? scene.tint[iso3] : undefined;
      const style = { stroke: scene.colours.coast, line: 0.7, even: true };
      pen.path(path, { ...style, fill: tint || scene.colours.land, alpha: 1 });
    }
  }

  // Ties too thin to taper are hairlines, many in one path: thousands of them must not hold up the year.
  function drawArcs(pen, scene, at) {
    const hairs = new Map();
    for (const arc of scene.arcs) {
      if (arc.share >= HAIR) continue;
      const key = `${arc.fill}|${arc.near}`;
      if (!hairs.has(key)) hairs.set(key, []);
      hairs.get(key).push(arc);
    }
    for (const arcs of hairs.values()) {
      for (let first = 0; first < arcs.length; first += BATCH) {
        const path = arcs.slice(first, first + BATCH).flatMap((arc) => hair(at(arc.from), at(arc.to)));
        pen.path(path, { stroke: arcs[0].fill, line: 0.9, alpha: arcs[0].alpha });
      }
    }
    for (const arc of scene.arcs) {
      if (arc.share < HAIR) continue;
      pen.path(arcPath(at(arc.from), at(arc.to), arc.share, scene.size), { fill: arc.fill, alpha: arc.alpha });
    }
  }

  const diamond = (x, y, r) => [["M", x, y - r], ["L", x + r, y], ["L", x, y + r], ["L", x - r, y], ["Z"]];

  function drawDots(pen, scene, at) {
    // The more important on top.
    for (const dot of [...scene.dots].sort((a, b) => a.rank - b.rank)) {
      const [x, y] = at(dot);
      const radius = dot.radius * scene.size;
      const style = dot.hollow || dot.hatched
        ? { fill: scene.colours.paper, stroke: dot.fill, line: 2.5, dash: dot.hatched ? [3, 2] : [] }
        : { fill: dot.fill, stroke: scene.colours.paper, line: 1.2 };
      style.alpha = dot.near ? 1 : 0.35;
      if (dot.diamond) pen.path(diamond(x, y, radius * 1.25), style);
      else pen.circle(x, y, radius, style);
      if (dot.hatched) pen.path(hatches(x, y, radius), { stroke: dot.fill, line: 1.2, alpha: style.alpha });
      if (dot.chosen) pen.circle(x, y, radius * (dot.diamond ? 1.3 : 1) + 4, { stroke: scene.colours.ink, line: 2.2 });
    }
  }

  // Slanted lines inside a dot: no data.
  function hatches(x, y, radius) {
    const lines = [];
    for (let shift = -radius; shift <= radius; shift += 4) {
      const reach = Math.sqrt(Math.max(0, radius * radius - (shift * shift) / 2)) * 0.7;
      lines.push(["M", x + shift / 2 - reach, y + shift / 2 + reach], ["L", x + shift / 2 + reach, y + shift / 2 - reach]);
    }
    return lines;
  }

  function drawLabels(pen, scene, labels) {
    for (const label of labels) {
      const [x, y, endX, endY] = label.line ?? [];
      if (label.line) pen.path([["M", x, y], ["L", endX, endY]], { stroke: scene.colours.ink, line: 0.9, alpha: label.dot.near ? 1 : 0.55 });
      pen.text(label.x, label.y, label.text, {
        size: label.size, bold: label.bold, fill: scene.colours.ink, halo: scene.colours.paper, anchor: label.anchor,
        alpha: label.dot.near ? 1 : 0.55,
      });
    }
  }

  // A map in a box of any pen: land, ties, dots and names within an extent.
  function picture(pen, rings, scene, extent, x, y, wide, high) {
    const fit = fitted(extent, wide, high);
    const to = { scale: fit.scale, x: fit.x + x, y: fit.y + y };
    const at = (place) => [to.x + to.scale * place.x, to.y + to.scale * place.y];
    const sized = { ...scene, size: sizeFor(wide, scene), compact: false };
    pen.clip(x, y, wide, high);
    drawLand(pen, rings, sized, to);
    drawArcs(pen, sized, at);
    drawDots(pen, sized, at);
    drawLabels(pen, sized, MapLabels.place(sized, at, [x, y, x + wide, y + high]));
    pen.unclip();
  }

  class Painter {
    constructor(box, land, extent, picked) {
      this.box = box;
      this.rings = ringsOf(land);
      this.extent = extent;
      this.canvas = Words.make("canvas", undefined, { "aria-hidden": "true" });
      this.paper = document.createElement("canvas");
      box.append(this.canvas);
      this.zoomed = { scale: 1, x: 0, y: 0 };
      this.large = false;
      this.scene = null;
      this.listen(picked);
    }

    // Fits the canvas to its box; true if its size changed.
    resize() {
      const [wide, high] = [this.box.clientWidth, this.box.clientHeight];
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      if (this.wide === wide && this.high === high && this.ratio === ratio) return false;
      Object.assign(this, { wide, high, ratio });
      for (const canvas of [this.canvas, this.paper]) {
        canvas.width = Math.max(1, Math.round(wide * ratio));
        canvas.height = Math.max(1, Math.round(high * ratio));
      }
      this.landKey = null;
      return true;
    }

    get to() {
      const fit = fitted(this.extent, this.wide, this.high);
      const { scale, x, y } = this.zoomed;
      return { scale: fit.scale * scale, x: fit.x * scale + x, y: fit.y * scale + y };
    }

    at(place) {
      const to = this.to;
      return [to.x + to.scale * place.x, to.y + to.scale * place.y];
    }

    get view() {
      return [this.zoomed.scale, this.zoomed.x / this.wide, this.zoomed.y / this.high];
    }

    set view([scale, x, y]) {
      this.resize();
      this.zoomed = { scale, x: x * this.wide, y: y * this.high };
    }

    paint(scene) {
      this.resize();
      this.scene = scene;
      scene.size = sizeFor(this.wide, scene) * Math.sqrt(this.zoomed.scale);
      const context = this.canvas.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      this.paintLand(scene);
      context.clearRect(0, 0, this.canvas.width, this.canvas.height);
      context.drawImage(this.paper, 0, 0);
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      const to = this.to;
      const at = (place) => [to.x + to.scale * place.x, to.y + to.scale * place.y];
      const pen = new Pens.CanvasPen(context);
      drawArcs(pen, scene, at);
      drawDots(pen, scene, at);
      const size = scene.compact ? CODE : this.large ? LABEL * LARGE : this.wide < SMALL ? SMALL_LABEL : LABEL;
      this.labels = MapLabels.place(scene, at, [0, 0, this.wide, this.high], size);
      drawLabels(pen, scene, this.labels);
    }

    // Land is painted once for a size, zoom and theme, and again only where it is tinted.
    paintLand(scene) {
      const key = JSON.stringify([this.wide, this.high, this.zoomed, scene.colours, scene.tint]);
      if (key === this.landKey) return;
      this.landKey = key;
      const context = this.paper.getContext("2d");
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, this.paper.width, this.paper.height);
      context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      drawLand(new Pens.CanvasPen(context), this.rings, scene, this.to);
    }

    picture(pen, scene, x, y, wide, high) {
      picture(pen, this.rings, scene, this.extent, x, y, wide, high);
    }

    place(code) {
      return this.at(this.scene.dots.find((dot) => dot.code === code));
    }

    whole() {
      this.zoomed = { scale: 1, x: 0, y: 0 };
      this.paint(this.scene);
    }

    zoom(factor, x = this.wide / 2, y = this.high / 2) {
      const scale = Math.max(1, Math.min(12, this.zoomed.scale * factor));
      const grown = scale / this.zoomed.scale;
      this.zoomed = { scale, x: x - (x - this.zoomed.x) * grown, y: y - (y - this.zoomed.y) * grown };
      this.keepInBox();
      this.paint(this.scene);
    }

    // The map never leaves its box.
    keepInBox() {
      const room = this.zoomed.scale - 1;
      this.zoomed.x = Math.min(0, Math.max(-room * this.wide, this.zoomed.x));
      this.zoomed.y = Math.min(0, Math.max(-room * this.high, this.zoomed.y));
    }

    nearest(x, y) {
      let best = null;
      for (const dot of this.scene.dots) {
        const [dx, dy] = this.at(dot);
        const distance = Math.hypot(dx - x, dy - y) - dot.radius * this.scene.size;
        if (distance < 14 && (!best || distance < best.distance)) best = { dot, distance };
      }
      return best ? best.dot.code : null;
    }

    listen(picked) {
      let from = null;
      const where = (event) => {
        const box = this.canvas.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
      };
      this.canvas.addEventListener("pointerdown", (event) => { from = [...where(event), this.zoomed.x, this.zoomed.y]; });
      this.canvas.addEventListener("pointermove", (event) => {
        const [x, y] = where(event);
        this.canvas.style.cursor = this.scene && this.nearest(x, y) ? "pointer" : this.zoomed.scale > 1 ? "grab" : "default";
        if (!from || !(event.buttons & 1) || this.zoomed.scale === 1) return;
        this.zoomed.x = from[2] + x - from[0];
        this.zoomed.y = from[3] + y - from[1];
        this.keepInBox();
        this.paint(this.scene);
      });
      this.canvas.addEventListener("pointerup", (event) => {
        if (!from) return;
        const [x, y] = where(event);
        if (Math.hypot(x - from[0], y - from[1]) < 5) picked(this.nearest(x, y));
        from = null;
      });
      this.canvas.addEventListener("dblclick", (event) => this.zoom(1.8, ...where(event)));
      this.canvas.addEventListener("wheel", (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.25 : 0.8, ...where(event));
      }, { passive: false });
    }
  }

  return { Painter, picture };
})();

window.makePainter = (box, land, data, picked) => new LandMap.Painter(box, land, data.extent, picked);

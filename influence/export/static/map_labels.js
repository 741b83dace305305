"use strict";
// Positions of the names on a map: each beside its dot or farther away with a line, none over another (layout.py).
const MapLabels = (() => {
  // How far from its dot a name may be, in its height (with more than MANY dots only the first two), how often
  // to look for more room, and the usual size of a name.
  const [FAR, MANY, ROUNDS, LABEL] = [[1.3, 2.2, 3.3, 4.6, 6.2], 80, 3, 14];
  // To the right first, then ever more to the left, above before below.
  const WAYS = Array.from({ length: 24 }, (_, i) => (i % 2 ? -1 : 1) * Math.ceil(i / 2) * (Math.PI / 12))
    .map((turn) => [Math.cos(turn), Math.sin(turn)]);

  const meet = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

  // Whether part of a line [x, y, x, y] lies in a box (layout.py has the same).
  function runsThrough(line, box) {
    let [low, high] = [0, 1];
    for (const axis of [0, 1]) {
      const [start, end, near, far] = [line[axis], line[axis + 2], box[axis], box[axis + 2]];
      if (start === end) {
        if (start <= near || start >= far) return false;
        continue;
      }
      const ends = [(near - start) / (end - start), (far - start) / (end - start)];
      low = Math.max(low, Math.min(...ends));
      high = Math.min(high, Math.max(...ends));
    }
    return low < high;
  }

  // Possible positions of the name of a dot at x, y, the better first: { anchor, x, y, line }; farther away with a line.
  function* candidates(x, y, reach, size, distances) {
    yield { anchor: "start", x: x + reach, y: y + size * 0.33 };
    yield { anchor: "end", x: x - reach, y: y + size * 0.33 };
    yield { anchor: "middle", x, y: y + reach + size * 0.8 };
    yield { anchor: "middle", x, y: y - reach - size * 0.2 };
    yield { anchor: "start", x: x + reach * 0.75, y: y + reach + size * 0.4 };
    yield { anchor: "end", x: x - reach * 0.75, y: y + reach + size * 0.4 };
    yield { anchor: "start", x: x + reach * 0.75, y: y - reach * 0.6 };
    yield { anchor: "end", x: x - reach * 0.75, y: y - reach * 0.6 };
    for (const distance of distances) {
      const far = reach + size * distance;
      for (const [dx, dy] of WAYS) {
        const anchor = dx > 0.3 ? "start" : dx < -0.3 ? "end" : "middle";
        const down = anchor === "middle" ? (dy > 0 ? 0.8 : -0.2) : 0.3;
        const gap = { start: 2, end: -2, middle: 0 }[anchor];
        const line = [x + dx * (reach - 3), y + dy * (reach - 3), x + dx * far, y + dy * far];
        yield { anchor, x: line[2] + gap, y: line[3] + down * size, line };
      }
    }
  }

  // Names beside their dots where there is room, else farther away with a line, the more important first; never over a
  // dot, another name or its line. A line keeps clear of dots if it can, of poles first. Of many dots those that must
  // have a name alone go far, and lie over a dot at worst.
  function place(scene, at, edges, size = LABEL) {
    const places = scene.dots.map(at);
    const reaches = scene.dots.map((dot) => dot.radius * scene.size * (dot.diamond ? 1.25 : 1));
    const dots = places.map(([x, y], i) => [x - reaches[i] - 1, y - reaches[i] - 1, x + reaches[i] + 1, y + reaches[i] + 1]);
    const poles = dots.filter((_, i) => scene.dots[i].diamond);
    const texts = scene.dots.map((dot) => {
      const [text, bold] = [scene.compact && !dot.chosen ? dot.code : dot.name, dot.diamond || dot.chosen];
      return { dot, text, bold, size, length: Pens.width(text, size, bold) };
    });

    function boxOf(one, length) {
      const left = one.x - { start: 0, middle: length / 2, end: length }[one.anchor];
      const box = [left - 2, one.y - size * 0.72 - 1, left + length + 2, one.y + size * 0.24 + 1];
      const inside = box[0] >= edges[0] + 2 && box[1] >= edges[1] + 2 && box[2] <= edges[2] - 2 && box[3] <= edges[3] - 2;
      return inside ? box : null;
    }

    // The first place of a name that meets nothing in its way and whose line, if it needs one, runs through nothing;
    // else the first whose line runs through dots, of poles at worst.
    function room(i, distances, inTheWay, taken, lines) {
      const spare = [null, null];
      for (const one of candidates(...places[i], reaches[i] + 4, size, distances)) {
        const box = boxOf(one, texts[i].length);
        if (!box || inTheWay.some((other) => meet(box, other)) || lines.some((line) => runsThrough(line, box))) continue;
        const found = { ...texts[i], line: null, ...one, box };
        if (!one.line) return found;
        if (taken.some((other) => runsThrough(one.line, other))) continue;
        if (!dots.some((other, k) => k !== i && runsThrough(one.line, other))) return found;
        spare[poles.some((other) => runsThrough(one.line, other)) ? 1 : 0] ??= found;
      }
      return spare[0] ?? spare[1];
    }

    function arranged(order) {
      const [out, boxes, lines, obstacles] = [[], [], [], [...dots]];
      for (const i of order) {
        const { named } = scene.dots[i];
        const far = named || dots.length <= MANY ? FAR : FAR.slice(0, 2);
        const label = room(i, far, obstacles, boxes, lines) ?? (named ? room(i, FAR, boxes, boxes, lines) : null);
        if (!label) continue;
        out.push(label);
        boxes.push(label.box);
        obstacles.push(label.box);
        if (label.line) lines.push(label.line);
      }
      return out;
    }

    // Who found no room goes first in the next round, behind those that must have a name.
    let order = scene.dots.map((_, i) => i).sort((a, b) => scene.dots[b].rank - scene.dots[a].rank);
    let best = arranged(order);
    const rounds = scene.compact || dots.length > MANY ? 0 : ROUNDS; // without room for all, the more important keep theirs
    for (let round = 0; round < rounds && best.length < dots.length; round += 1) {
      const found = new Set(best.map((label) => label.dot));
      const first = (i) => (scene.dots[i].named ? 2 : found.has(scene.dots[i]) ? 0 : 1);
      order = [...order].sort((a, b) => first(b) - first(a));
      const next = arranged(order);
      if (next.length > best.length) best = next;
    }
    return best;
  }

  return { LABEL, MANY, place };
})();

"use strict";
// The painter of the network page: dots and arrows by vis-network, in fixed places; see land_map.js for what a painter is.
const VisMap = (() => {
  const SIZE = 1.55; // dots on this map, of their size on the other

  function faded(hex, share) {
    const n = parseInt(hex.slice(1), 16);
    return `rgba(${n >> 16},${(n >> 8) & 255},${n & 255},${share})`;
  }

  class Painter {
    constructor(box, data, picked) {
      this.box = box;
      this.places = data.layouts;
      this.nodes = new vis.DataSet(data.nodes);
      this.edges = new vis.DataSet(data.edges);
      this.data = data;
      this.network = new vis.Network(box, { nodes: this.nodes, edges: this.edges }, {
        physics: { enabled: false },
        interaction: { dragNodes: false, hover: false, keyboard: { enabled: false }, zoomView: false, multiselect: false },
        nodes: { borderWidth: 1.5, borderWidthSelected: 4, font: { face: "system-ui, Segoe UI, Noto Sans, Liberation Sans, sans-serif", vadjust: -2 } },
        edges: { arrows: { to: { enabled: true, scaleFactor: 0.45 } }, smooth: { type: "curvedCCW", roundness: 0.14 }, selectionWidth: 0 },
      });
      this.network.on("click", (event) => picked(event.nodes.length ? event.nodes[0] : null));
      this.shown = new Map();
      this.size = "";
    }

    get canvas() {
      return this.box.querySelector("canvas");
    }

    node(dot, scene) {
      const [x, y] = this.at[dot.code];
      const { paper, ink, soft } = scene.colours;
      const open = dot.hollow || dot.hatched;
      return {
        id: dot.code, x, y, shape: dot.diamond ? "diamond" : "dot", size: dot.radius * SIZE,
        label: scene.compact ? dot.code : dot.name, opacity: dot.near ? 1 : 0.3,
        color: { background: open ? paper : dot.fill, border: open ? dot.fill : dot.chosen ? ink : paper,
          highlight: { background: open ? paper : dot.fill, border: ink } },
        shapeProperties: { borderDashes: dot.hatched ? [3, 3] : false },
        borderWidth: open ? 3 : dot.chosen ? 4 : 1.5,
        font: { size: scene.compact ? 30 : 16, color: dot.near ? ink : faded(soft, 0.5), strokeWidth: 3, strokeColor: paper },
      };
    }

    paint(scene, view) {
      this.scene = scene;
      const places = this.places[view.layout === "embedding" && this.places.embedding ? "embedding" : "geography"];
      const moved = this.used !== places;
      this.used = places;
      this.at = Object.fromEntries(this.data.states.map((state, i) => [state.code, places[i]]));
      this.nodes.update(scene.dots.map((dot) => this.node(dot, scene)));
      this.edges.clear();
      this.edges.add(scene.arcs.map((arc) => ({
        from: arc.from.code, to: arc.to.code, width: 0.4 + 16 * arc.share, color: { color: faded(arc.fill, arc.alpha), inherit: false },
      })));
      this.network.selectNodes(view.chosen ? [view.chosen] : [], false);
      const size = `${this.box.clientWidth}x${this.box.clientHeight}|${scene.compact}`;
      if (size !== this.size || moved) this.whole();
      this.size = size;
    }

    place(code) {
      const { x, y } = this.network.canvasToDOM({ x: this.at[code][0], y: this.at[code][1] });
      return [x, y];
    }

    whole() {
      this.network.fit({ animation: false });
    }

    zoom(factor) {
      this.network.moveTo({ scale: this.network.getScale() * factor, animation: false });
    }

    // The sheet is drawn by the pens, from the same places.
    picture(pen, scene, x, y, wide, high) {
      const placed = { ...scene, dots: scene.dots.map((dot) => ({ ...dot, x: this.at[dot.code][0], y: this.at[dot.code][1] })) };
      const by = Object.fromEntries(placed.dots.map((dot) => [dot.code, dot]));
      placed.arcs = scene.arcs.map((arc) => ({ ...arc, from: by[arc.from.code], to: by[arc.to.code] }));
      const xs = placed.dots.map((dot) => dot.x);
      const ys = placed.dots.map((dot) => dot.y);
      const extent = [Math.min(...xs) - 90, Math.min(...ys) - 60, Math.max(...xs) + 90, Math.max(...ys) + 60];
      LandMap.picture(pen, [], placed, extent, x, y, wide, high);
    }
  }

  return { Painter };
})();

window.makePainter = (box, land, data, picked) => new VisMap.Painter(box, data, picked);

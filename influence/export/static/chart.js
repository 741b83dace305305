"use strict";
// A line a state over the years, with its range, events and the year in view: an SVG element with its own label.
const Chart = (() => {
  const element = Words.drawn;
  const WIDE = 360;
  const HIGH = 230;
  const [LEFT, RIGHT, TOP, BOTTOM] = [44, 12, 18, 26];

  // Runs of years with a value, cut where the series changes: a line across a break would show a change that did not happen.
  function runs(values, breaks) {
    const out = [];
    let run = null;
    values.forEach((value, i) => {
      if (Number.isNaN(value)) {
        run = null;
        return;
      }
      if (!run || breaks[i]) {
        run = [];
        out.push(run);
      }
      run.push(i);
    });
    return out;
  }

  // lines: [{name, values, breaks, low, high, colour, dashed}], years, year in view, [bottom, top] of the scale, ticks
  // [{at, text}], events [{year, number, title}], label.
  function draw({ lines, years, year, range, ticks, events, label }) {
    const x = (i) => LEFT + (i / Math.max(1, years.length - 1)) * (WIDE - LEFT - RIGHT);
    const y = (value) => TOP + ((range[1] - value) / (range[1] - range[0])) * (HIGH - TOP - BOTTOM);
    const svg = element("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": label, class: "chart" });
    for (const tick of ticks) {
      svg.append(element("line", { x1: LEFT, x2: WIDE - RIGHT, y1: y(tick.at), y2: y(tick.at), class: tick.at ? "grid" : "zero" }));
      svg.append(element("text", { x: LEFT - 6, y: y(tick.at) + 4, "text-anchor": "end" }, tick.text));
    }
    const every = years.length > 20 ? 10 : years.length > 8 ? 5 : 1;
    years.forEach((one, i) => {
      if (one % every === 0) svg.append(element("text", { x: x(i), y: HIGH - 8, "text-anchor": "middle" }, String(one)));
    });
    let last = -99;
    let level = 0;
    for (const event of events) {
      const at = x(years.indexOf(event.year));
      svg.append(element("line", { x1: at, x2: at, y1: TOP, y2: HIGH - BOTTOM, class: "event" }));
      level = at - last < 12 ? (level + 1) % 2 : 0;
      last = at;
      svg.append(element("text", { x: at, y: TOP - 4 + level * 11, "text-anchor": "middle", class: "number" }, String(event.number)));
    }
    const now = years.indexOf(year);
    svg.append(element("line", { x1: x(now), x2: x(now), y1: TOP, y2: HIGH - BOTTOM, class: "now" }));
    for (const line of lines) for (const run of runs(line.values, line.breaks)) shade(svg, line, run, x, y);
    for (const line of lines) {
      for (const run of runs(line.values, line.breaks)) {
        const path = run.map((i, k) => `${k ? "L" : "M"}${x(i).toFixed(1)} ${y(line.values[i]).toFixed(1)}`).join("");
        const look = { d: path, class: `line${line.dashed ? " dashed" : ""}`, stroke: line.colour };
        if (run.length > 1) svg.append(element("path", look));
        else svg.append(element("circle", { cx: x(run[0]), cy: y(line.values[run[0]]), r: 2.2, fill: line.colour }));
      }
      if (!Number.isNaN(line.values[now])) {
        svg.append(element("circle", { cx: x(now), cy: y(line.values[now]), r: 4.5, fill: line.colour, class: "here" }));
      }
    }
    names(svg, lines, x, y);
    return svg;
  }

  function shade(svg, line, run, x, y) {
    if (!line.low || run.some((i) => Number.isNaN(line.low[i]))) return;
    const low = run.map((i) => `${x(i).toFixed(1)} ${y(line.low[i]).toFixed(1)}`).reverse();
    const high = run.map((i) => `${x(i).toFixed(1)} ${y(line.high[i]).toFixed(1)}`);
    svg.append(element("path", { d: `M${[...high, ...low].join("L")}Z`, fill: line.colour, class: "range" }));
  }

  // With several lines each has its code at its last value, pushed apart.
  function names(svg, lines, x, y) {
    if (lines.filter((line) => line.name).length < 2) return;
    const ends = lines.filter((line) => line.name).map((line) => {
      const at = line.values.findLastIndex((value) => !Number.isNaN(value));
      return { line, at, y: at < 0 ? 0 : y(line.values[at]) };
    }).filter((end) => end.at >= 0).sort((a, b) => a.y - b.y);
    ends.forEach((end, i) => { if (i && end.y - ends[i - 1].y < 12) end.y = ends[i - 1].y + 12; });
    for (const { line, at, y: place } of ends) {
      svg.append(element("text", { x: x(at) - 2, y: place - 6, "text-anchor": "end", class: "name", fill: line.colour }, line.name));
    }
  }

  return { draw };
})();

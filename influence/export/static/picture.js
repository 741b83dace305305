"use strict";
// The view as a file: title, subtitle, map, scale, sources and command on one sheet, PNG or SVG.
const Picture = (() => {
  const [WIDE, MARGIN, MAP] = [1600, 40, 820];

  // Everything on the sheet, by any pen; gives its height. `draw` false only measures.
  function sheet(pen, { painter, scene, title, subtitle, source, command, scale, ends }, draw) {
    const { ink, soft, paper } = scene.colours;
    const inner = WIDE - 2 * MARGIN;
    let y = MARGIN;
    const write = (text, size, fill, bold = false) => {
      for (const line of Words.wrap(text, inner, (words) => Pens.width(words, size, bold))) {
        y += size * 1.3;
        if (draw) pen.text(MARGIN, y, line, { size, bold, fill });
      }
    };
    if (draw) pen.path([["M", 0, 0], ["L", WIDE, 0], ["L", WIDE, draw], ["L", 0, draw], ["Z"]], { fill: paper });
    write(title, 34, ink, true);
    write(subtitle, 18, soft);
    y += 16;
    if (draw) painter.picture(pen, scene, MARGIN, y, inner, MAP);
    y += MAP + 14;
    if (draw && scale.length) drawScale(pen, y, scale, ends, soft);
    y += 44;
    write(Statements.fill("drawing_note"), 16, soft);
    write(source, 15, soft);
    write(`${Statements.fill("goods_only")} ${Statements.fill("land")} Made by ${command}`, 15, soft);
    return y + MARGIN * 0.7;
  }

  function drawScale(pen, y, scale, ends, soft) {
    const step = 44;
    scale.forEach((fill, k) => {
      const x = MARGIN + k * step;
      pen.path([["M", x, y], ["L", x + step, y], ["L", x + step, y + 16], ["L", x, y + 16], ["Z"]], { fill });
    });
    const whole = scale.length * step;
    ends.forEach((text, k) => pen.text(MARGIN + (k * whole) / 2, y + 34, text, {
      size: 15, fill: soft, anchor: ["start", "middle", "end"][k],
    }));
  }

  const height = (content) => Math.ceil(sheet(null, content, 0));

  function hand(blob, name) {
    const link = Words.make("a", undefined, { href: URL.createObjectURL(blob), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function svg(content) {
    const high = height(content);
    const pen = new Pens.SvgPen(WIDE, high);
    sheet(pen, content, high);
    hand(new Blob([pen.document(content.title)], { type: "image/svg+xml" }), `${content.name}.svg`);
  }

  function png(content) {
    const high = height(content);
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [2 * WIDE, 2 * high];
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    sheet(new Pens.CanvasPen(context), content, high);
    canvas.toBlob((blob) => hand(blob, `${content.name}.png`), "image/png");
  }

  return { svg, png };
})();

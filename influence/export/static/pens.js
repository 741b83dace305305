"use strict";
// One way to draw, two surfaces: a canvas for the page and for PNG, text for SVG. A path is a list of commands
// ["M", x, y], ["L", x, y], ["Q", cx, cy, x, y], ["Z"].
const Pens = (() => {
  const FACE = "system-ui, 'Segoe UI', 'Noto Sans', 'Liberation Sans', sans-serif";
  const font = (size, bold) => `${bold ? 600 : 400} ${size}px ${FACE}`;
  const measuring = document.createElement("canvas").getContext("2d");
  const known = new Map();

  function width(text, size, bold = false) {
    const key = `${size}|${bold}|${text}`;
    if (!known.has(key)) {
      measuring.font = font(size, bold);
      known.set(key, measuring.measureText(text).width);
    }
    return known.get(key);
  }

  class CanvasPen {
    constructor(context) {
      this.to = context;
    }

    path(commands, { fill, stroke, line = 1, alpha = 1, even = false, dash = [] }) {
      const { to } = this;
      to.beginPath();
      for (const c of commands) {
        if (c[0] === "M") to.moveTo(c[1], c[2]);
        else if (c[0] === "L") to.lineTo(c[1], c[2]);
        else if (c[0] === "Q") to.quadraticCurveTo(c[1], c[2], c[3], c[4]);
        else to.closePath();
      }
      this.paint(fill, stroke, line, alpha, even, dash);
    }

    circle(x, y, radius, { fill, stroke, line = 1, alpha = 1, dash = [] }) {
      this.to.beginPath();
      this.to.arc(x, y, radius, 0, 2 * Math.PI);
      this.paint(fill, stroke, line, alpha, false, dash);
    }

    paint(fill, stroke, line, alpha, even, dash) {
      const { to } = this;
      to.globalAlpha = alpha;
      if (fill) {
        to.fillStyle = fill;
        to.fill(even ? "evenodd" : "nonzero");
      }
      if (stroke) {
        to.strokeStyle = stroke;
        to.lineWidth = line;
        to.setLineDash(dash);
        to.stroke();
      }
      to.globalAlpha = 1;
    }

    text(x, y, words, { size = 14, bold = false, fill, halo = null, anchor = "start", alpha = 1 }) {
      const { to } = this;
      to.font = font(size, bold);
      to.textAlign = anchor === "middle" ? "center" : anchor === "end" ? "right" : "left";
      to.textBaseline = "alphabetic";
      to.globalAlpha = alpha;
      if (halo) {
        to.setLineDash([]);
        to.strokeStyle = halo;
        to.lineWidth = 3.5;
        to.lineJoin = "round";
        to.strokeText(words, x, y);
      }
      to.fillStyle = fill;
      to.fillText(words, x, y);
      to.globalAlpha = 1;
    }

    clip(x, y, wide, high) {
      this.to.save();
      this.to.beginPath();
      this.to.rect(x, y, wide, high);
      this.to.clip();
    }

    unclip() {
      this.to.restore();
    }
  }

  const escaped = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
    // Characters that XML does not know would make the whole picture unreadable.
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/gu, "");
  const round = (number) => String(Math.round(number * 10) / 10);

  class SvgPen {
    constructor(wide, high) {
      this.size = [wide, high];
      this.parts = [];
      this.clips = 0;
    }

    look({ fill, stroke, line = 1, alpha = 1, even = false, dash = [] }) {
      let out = ` fill="${fill ? escaped(fill) : "none"}"`;
      if (stroke) out += ` stroke="${escaped(stroke)}" stroke-width="${round(line)}"`;
      if (dash.length) out += ` stroke-dasharray="${dash.map(round).join(" ")}"`;
      if (alpha < 1) out += ` opacity="${Math.round(alpha * 1000) / 1000}"`;
      if (even) out += ' fill-rule="evenodd"';
      return out;
    }

    path(commands, style) {
      const path = commands.map(([sign, ...at]) => sign + at.map(round).join(" ")).join("");
      this.parts.push(`<path d="${path}"${this.look(style)}/>`);
    }

    circle(x, y, radius, style) {
      this.parts.push(`<circle cx="${round(x)}" cy="${round(y)}" r="${round(radius)}"${this.look(style)}/>`);
    }

    text(x, y, words, { size = 14, bold = false, fill, halo = null, anchor = "start", alpha = 1 }) {
      const around = halo ? ` stroke="${halo}" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"` : "";
      const faint = alpha < 1 ? ` opacity="${alpha}"` : "";
      this.parts.push(`<text x="${round(x)}" y="${round(y)}" font-size="${size}" font-weight="${bold ? 600 : 400}" ` +
        `text-anchor="${anchor}" fill="${fill}"${around}${faint}>${escaped(words)}</text>`);
    }

    clip(x, y, wide, high) {
      this.clips += 1;
      this.parts.push(`<clipPath id="clip${this.clips}"><rect x="${round(x)}" y="${round(y)}" width="${round(wide)}" ` +
        `height="${round(high)}"/></clipPath><g clip-path="url(#clip${this.clips})">`);
    }

    unclip() {
      this.parts.push("</g>");
    }

    document(title) {
      const [wide, high] = this.size;
      return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${wide} ${high}" width="${wide}" height="${high}" ` +
        `role="img" font-family="${escaped(FACE)}"><title>${escaped(title)}</title>${this.parts.join("")}</svg>\n`;
    }
  }

  return { CanvasPen, SvgPen, width };
})();

// What the figures share: a square canvas with axes from -1 to 1, colours that
// follow the page's theme, controls with labels. No library, no network.
"use strict";
window.companion = window.companion || {};

companion.play = (() => {
  // Okabe and Ito's colours: told apart by the colour-blind, and by shape besides.
  const HUES = { blue: "#0072B2", orange: "#D55E00", green: "#009E73", pink: "#CC79A7" };
  const LIGHT = { paper: "#ffffff", ink: "#222222", faint: "#9aa0a6", fill: "#bcd9ec",
    other: "#f6d5bd", ...HUES };
  const DARK = { paper: "#14181e", ink: "#e8e8e8", faint: "#7a828c", fill: "#1f4a66",
    other: "#5d3620", ...HUES, blue: "#56B4E9", orange: "#F0954A" };

  const colours = () =>
    document.documentElement.dataset.theme === "dark" ? DARK : LIGHT;

  // A canvas whose coordinates are the problem's own, below a line that says what it is.
  function board(parent, title, label, span = 1.15, size = 360) {
    const frame = document.createElement("div"), canvas = document.createElement("canvas");
    const line = document.createElement("p");
    frame.className = "play-board";
    line.className = "play-title";
    line.textContent = title;
    frame.append(line, canvas);
    const ratio = window.devicePixelRatio || 1;
    canvas.width = canvas.height = size * ratio;
    canvas.style.maxWidth = `${size}px`;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    parent.append(frame);
    const pen = canvas.getContext("2d");
    const at = ([x, y]) => [
      ((x + span) / (2 * span)) * canvas.width,
      ((span - y) / (2 * span)) * canvas.height,
    ];
    const from = (event) => {
      const box = canvas.getBoundingClientRect();
      return [
        ((event.clientX - box.left) / box.width) * 2 * span - span,
        span - ((event.clientY - box.top) / box.height) * 2 * span,
      ];
    };
    const path = (points) => {
      pen.beginPath();
      points.map(at).forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    };
    return {
      canvas, pen, at, from, span, ratio,
      clear(colour) {
        pen.fillStyle = colour;
        pen.fillRect(0, 0, canvas.width, canvas.height);
      },
      area(points, colour) {
        path(points);
        pen.closePath();
        pen.fillStyle = colour;
        pen.fill();
      },
      line(points, colour, width = 1.5, dash = []) {
        path(points);
        pen.strokeStyle = colour;
        pen.lineWidth = width * ratio;
        pen.setLineDash(dash.map((d) => d * ratio));
        pen.stroke();
        pen.setLineDash([]);
      },
      mark(point, shape, colour, edge, radius = 6) {
        const [x, y] = at(point), r = radius * ratio;
        pen.beginPath();
        if (shape === "circle") pen.arc(x, y, r, 0, 2 * Math.PI);
        if (shape === "square") pen.rect(x - r, y - r, 2 * r, 2 * r);
        if (shape === "triangle") {
          pen.moveTo(x, y - r);
          pen.lineTo(x + r, y + r);
          pen.lineTo(x - r, y + r);
          pen.closePath();
        }
        pen.fillStyle = colour;
        pen.fill();
        pen.strokeStyle = edge;
        pen.lineWidth = ratio;
        pen.stroke();
      },
      text(point, words, colour) {
        const [x, y] = at(point);
        pen.fillStyle = colour;
        pen.font = `${13 * ratio}px sans-serif`;
        pen.fillText(words, x + 9 * ratio, y - 7 * ratio);
      },
    };
  }

  // A labelled control; `change` is called with its value.
  function control(parent, label, element, change) {
    const wrap = document.createElement("label");
    wrap.append(label, element);
    parent.append(wrap);
    element.addEventListener("input", () => change(element.value));
    return element;
  }
  function slider(parent, label, [low, high, step, value], change) {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: low, max: high, step, value });
    return control(parent, label, input, (v) => change(Number(v)));
  }
  function choice(parent, label, options, change) {
    const select = document.createElement("select");
    for (const [value, words] of options) select.add(new Option(words, value));
    return control(parent, label, select, change);
  }
  function button(parent, words, press) {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = words;
    element.addEventListener("click", press);
    parent.append(element);
    return element;
  }

  // Every figure of that name on the page comes to life; without scripts it stays hidden.
  function mount(name, build) {
    const start = () => {
      for (const place of document.querySelectorAll(`[data-play="${name}"]`)) {
        const make = (tag, role) => {
          const element = document.createElement(tag);
          element.className = `play-${role}`;
          place.append(element);
          return element;
        };
        const parts = { boards: make("div", "boards"), controls: make("div", "controls"),
          says: make("p", "says") };
        parts.says.setAttribute("aria-live", "polite");
        const draw = build(parts);
        draw();
        new MutationObserver(draw).observe(document.documentElement,
          { attributeFilter: ["data-theme"] });
        place.closest("figure").hidden = false;
      }
    };
    if (document.readyState === "loading") {
      document.addEventListener("DOMContentLoaded", start);
    } else start();
  }

  return { board, button, choice, colours, mount, slider };
})();

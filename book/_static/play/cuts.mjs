// Chapter 12: a run of the cutting-plane loop, label by label. The centres were computed
// by active_learn (python -m tools.play_cuts); here their networks are only evaluated.
"use strict";

companion.cuts = (() => {
  const { X, y, queried, mistakes, volumes, blocks } = companion.cutsRun;

  // f(x) = sum (x'u)_+ - sum (x'v)_+, with x = (two coordinates, 1).
  function output(frame, [a, b]) {
    const half = frame.length / 2;
    let value = 0;
    for (let j = 0; j < frame.length; j++) {
      const [p, q, r] = frame[j], h = p * a + q * b + r;
      if (h > 0) value += j < half ? h : -h;
    }
    return value;
  }

  companion.play.mount("cuts", ({ boards, controls, says }) => {
    const { board, button, colours, slider } = companion.play;
    let labels = 10;
    const plane = board(boards, "Inputs: both coordinates from −1.15 to 1.15; " +
      "the colour is the network's sign", "Decision regions of the network after the chosen number of labels, with the bought points marked.");
    const CELLS = 120;
    function draw() {
      const c = colours(), frame = blocks[labels];
      plane.clear(c.paper);
      if (labels) {
        const step = (2 * plane.span) / CELLS, width = plane.canvas.width / CELLS + 1;
        for (let i = 0; i < CELLS; i++)
          for (let j = 0; j < CELLS; j++) {
            const at = [-plane.span + (i + 0.5) * step, -plane.span + (j + 0.5) * step];
            plane.pen.fillStyle = output(frame, at) > 0 ? c.fill : c.other;
            const [u, v] = plane.at([at[0] - step / 2, at[1] + step / 2]);
            plane.pen.fillRect(u, v, width, width);
          }
      }
      const bought = queried.slice(0, labels);
      X.forEach((x, k) => {
        const mine = bought.includes(k);
        const hue = y[k] > 0 ? c.blue : c.orange;
        plane.mark(x, y[k] > 0 ? "circle" : "square", mine ? hue : c.faint,
          k === bought.at(-1) ? c.ink : c.paper, mine ? 6 : 3);
      });
      const right = X.filter((x, k) => labels && y[k] * output(frame, x) > 0).length;
      const wrong = mistakes.slice(0, labels).reduce((sum, m) => sum + m, 0);
      says.textContent = labels
        ? `${labels} labels bought, ${wrong} of them where the centre was wrong or ` +
          `undecided; the network is right on ${right} of ${X.length} points, and on all ` +
          `bought ones. Volume around the centre: 10 to the ${volumes[labels]} ` +
          "of that after the first label. Circles: class +1; squares: class −1; large: bought."
        : "No label yet: every output is zero, and the first question is a random one.";
    }
    const input = slider(controls, "labels bought", [0, queried.length, 1, labels], (v) => {
      labels = v;
      draw();
    });
    button(controls, "buy the next label", () => {
      labels = Math.min(labels + 1, queried.length);
      input.value = labels;
      draw();
    });
    return draw;
  });

  return { output };
})();

// Chapter 4: one spiral, many networks without a training error. The networks were
// computed by fit_relu_lp (python -m tools.play_data); here they are only evaluated.
"use strict";

companion.spiral = (() => {
  const { X, y, counts, networks } = companion.spiralNetworks;

  // f(x) = sum_j alpha_j (x'w_j)_+, with x = (two coordinates, 1).
  function output({ hidden, output: alpha }, [a, b]) {
    let value = 0;
    for (let j = 0; j < alpha.length; j++) {
      const [p, q, r] = hidden[j];
      value += alpha[j] * Math.max(0, p * a + q * b + r);
    }
    return value;
  }

  companion.play.mount("spiral", ({ boards, controls, says }) => {
    const { board, choice, colours, slider } = companion.play;
    let index = counts.length - 1, objective = "max_margin";
    const plane = board(boards, "Inputs: both coordinates from −1.15 to 1.15; " +
      "the colour is the network's sign", "Decision regions of the chosen network on the spiral.");
    const CELLS = 180;
    function draw() {
      const c = colours(), network = networks[objective][index];
      plane.clear(c.paper);
      if (network) {
        const step = (2 * plane.span) / CELLS;
        for (let i = 0; i < CELLS; i++)
          for (let j = 0; j < CELLS; j++) {
            const [a, b] = [-plane.span + (i + 0.5) * step, -plane.span + (j + 0.5) * step];
            plane.pen.fillStyle = output(network, [a, b]) > 0 ? c.fill : c.other;
            const [u, v] = plane.at([a - step / 2, b + step / 2]);
            const width = plane.canvas.width / CELLS + 1;
            plane.pen.fillRect(u, v, width, width);
          }
      }
      X.forEach((x, k) =>
        plane.mark(x, y[k] > 0 ? "circle" : "square", y[k] > 0 ? c.blue : c.orange,
          c.paper, 4));
      const sampled = `${counts[index]} sampled patterns: `;
      if (!network) {
        says.textContent = sampled + "too few, no weights classify every sample.";
        return;
      }
      const margins = X.map((x, k) => y[k] * output(network, x));
      const wrong = margins.filter((m) => m <= 0).length;
      says.textContent = sampled +
        `a network of ${network.output.length} neurons, ${wrong} training errors of ` +
        `${y.length}, smallest margin ${Math.min(...margins).toPrecision(3)}. ` +
        "Circles: class +1; squares: class −1.";
    }
    slider(controls, "number of patterns", [0, counts.length - 1, 1, index], (v) => {
      index = v;
      draw();
    });
    choice(controls, "asked of the solution", [["max_margin", "largest margin"],
      ["min_l1", "smallest weights"], ["feasible", "any (linear equations)"]], (v) => {
      objective = v;
      draw();
    });
    return draw;
  });

  return { output };
})();

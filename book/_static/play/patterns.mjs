// Chapter 3: every sample is a line through the origin of weight space, and the cones
// between the lines are the activation patterns. Drag the samples.
"use strict";

companion.patterns = (() => {
  const TURN = 2 * Math.PI;
  const THIN = 1e-9; // cones thinner than this are none: their walls coincide

  // The cones of the plane cut by x'h = 0, one line for each non-zero row: the angles of
  // all half-lines, sorted, each once; a pattern is read off in the middle of each cone.
  function cones(rows) {
    const walls = rows
      .filter((x) => Math.hypot(...x) > 0)
      .flatMap((x) => [0.25, 0.75].map((t) =>
        (((Math.atan2(x[1], x[0]) + t * TURN) % TURN) + TURN) % TURN))
      .sort((a, b) => a - b);
    const distinct = walls.filter((w, i) => i === 0 || w - walls[i - 1] > THIN);
    if (distinct.length > 1 && distinct[0] + TURN - distinct.at(-1) < THIN) distinct.pop();
    if (!distinct.length) return [{ from: 0, to: TURN, mask: rows.map(() => true) }];
    return distinct.map((from, i) => {
      const to = i + 1 < distinct.length ? distinct[i + 1] : distinct[0] + TURN;
      const h = [Math.cos((from + to) / 2), Math.sin((from + to) / 2)];
      return { from, to, mask: rows.map((x) => x[0] * h[0] + x[1] * h[1] >= 0) };
    });
  }

  companion.play.mount("patterns", ({ boards, controls, says }) => {
    const { board, button, choice, colours, slider } = companion.play;
    const START = [[0.8, 0.2], [0.3, 0.7], [-0.5, 0.6], [-0.7, -0.3], [0.4, -0.6]];
    let rows = START.map((x) => [...x]), chosen = 0, gate = 20;
    const data = board(boards, "Samples: both coordinates from −1 to 1; " +
      "the gate and its line", "Five samples in the plane; the chosen one is larger.");
    const weights = board(boards, "Weights: a line for each sample, the gate and " +
      "its cone", "Weight space: a line for each sample, and the cone of the chosen gate.");
    const key = (mask) => mask.map((m) => (m ? 1 : 0)).join("");
    function draw() {
      const c = colours(), found = cones(rows), angle = (gate * Math.PI) / 180;
      const cone = found.find(({ from, to }) =>
        (angle >= from && angle < to) || angle + TURN < to);
      const h = [Math.cos(angle), Math.sin(angle)];
      data.clear(c.paper);
      for (const axis of [[[-1, 0], [1, 0]], [[0, -1], [0, 1]]])
        data.line(axis, c.faint, 1);
      data.line([-3, 3].map((t) => [-t * h[1], t * h[0]]), c.ink, 1.5, [6, 4]);
      data.line([[0, 0], h.map((x) => 0.35 * x)], c.ink, 2.5);
      rows.forEach((x, k) => {
        const on = cone.mask[k];
        data.mark(x, on ? "circle" : "square", on ? c.blue : c.orange, c.paper,
          k === chosen ? 9 : 6);
        data.text(x, String(k + 1), c.ink);
      });
      weights.clear(c.paper);
      const arc = [[0, 0]];
      for (let i = 0; i <= 40; i++) {
        const t = cone.from + ((cone.to - cone.from) * i) / 40;
        arc.push([Math.cos(t), Math.sin(t)]);
      }
      weights.area(arc, c.fill);
      rows.forEach((x, k) => {
        const r = Math.hypot(...x) || 1;
        const wall = [[x[1] / r, -x[0] / r], [-x[1] / r, x[0] / r]];
        weights.line(wall, k === chosen ? c.ink : c.faint, k === chosen ? 2.5 : 1.5);
        weights.text(wall[1], String(k + 1), c.ink);
      });
      weights.line([[0, 0], h.map((v) => 0.9 * v)], c.ink, 2.5);
      const n = rows.length;
      says.textContent =
        `${found.length} patterns; in general position ${n} samples of rank 2 have ` +
        `2(1 + ${n - 1}) = ${2 * n}. The gate's pattern is ${key(cone.mask)}: circles ` +
        "are active, squares are not. Move a sample onto the line of another one and " +
        "the origin: two walls become one.";
    }
    const move = (k, point) => {
      rows[k] = point.map((x) => Math.round(20 * Math.max(-1, Math.min(1, x))) / 20);
      inputs.forEach((input, j) => (input.value = rows[chosen][j]));
      draw();
    };
    const select = choice(controls, "sample", START.map((_, k) => [k, String(k + 1)]),
      (v) => {
        chosen = Number(v);
        move(chosen, rows[chosen]);
      });
    const inputs = ["first coordinate", "second coordinate"].map((label, j) =>
      slider(controls, label, [-1, 1, 0.05, rows[0][j]], (v) => {
        const point = [...rows[chosen]];
        point[j] = v;
        move(chosen, point);
      }));
    slider(controls, "direction of the gate", [0, 359, 1, gate], (v) => {
      gate = v;
      draw();
    });
    button(controls, "start again", () => {
      rows = START.map((x) => [...x]);
      move(chosen, rows[chosen]);
    });
    let dragging = false;
    data.canvas.style.touchAction = "none";
    data.canvas.addEventListener("pointerdown", (event) => {
      const p = data.from(event);
      const far = rows.map((x) => Math.hypot(x[0] - p[0], x[1] - p[1]));
      chosen = far.indexOf(Math.min(...far));
      select.value = chosen;
      dragging = true;
      data.canvas.setPointerCapture(event.pointerId);
      move(chosen, p);
    });
    data.canvas.addEventListener("pointermove", (event) => {
      if (dragging) move(chosen, data.from(event));
    });
    for (const end of ["pointerup", "pointercancel"])
      data.canvas.addEventListener(end, () => (dragging = false));
    return draw;
  });

  return { cones };
})();

// Chapter 1: cut a polygon through one of its centres and watch what is left.
"use strict";

companion.polygon = (() => {
  const cross = ([a, b], [c, d]) => a * d - b * c;
  const dot = ([a, b], [c, d]) => a * c + b * d;

  // The part of a polygon with normal'z <= offset (Sutherland and Hodgman).
  function clip(vertices, normal, offset) {
    const kept = [];
    vertices.forEach((here, i) => {
      const next = vertices[(i + 1) % vertices.length];
      const [s, t] = [offset - dot(normal, here), offset - dot(normal, next)];
      if (s >= 0) kept.push(here);
      if ((s > 0 && t < 0) || (s < 0 && t > 0)) {
        const way = s / (s - t);
        kept.push([0, 1].map((j) => here[j] + way * (next[j] - here[j])));
      }
    });
    return kept;
  }

  function area(vertices) {
    const twice = vertices.map((v, i) => cross(v, vertices[(i + 1) % vertices.length]));
    return twice.reduce((a, b) => a + b, 0) / 2;
  }

  // Mean of the triangles' centroids, weighted by area, seen from the first vertex.
  function centroid(vertices) {
    const [base] = vertices;
    const away = vertices.map((v) => [v[0] - base[0], v[1] - base[1]]);
    let total = 0, sum = [0, 0];
    for (let i = 1; i + 1 < away.length; i++) {
      const twice = cross(away[i], away[i + 1]);
      total += twice;
      sum = sum.map((s, j) => s + (twice * (away[i][j] + away[i + 1][j])) / 3);
    }
    return sum.map((s, j) => base[j] + s / total);
  }

  // The largest ball: three rows are tight (or two parallel ones), so try all triples.
  function chebyshev(A, b) {
    const length = A.map((a) => Math.hypot(...a));
    let best = { radius: -Infinity, center: null };
    for (let i = 0; i < A.length; i++)
      for (let j = i + 1; j < A.length; j++)
        for (let k = j + 1; k < A.length; k++) {
          const found = solve3([i, j, k].map((r) => [...A[r], length[r]]),
            [i, j, k].map((r) => b[r]));
          if (!found || found[2] <= best.radius) continue;
          const fits = A.every((a, r) =>
            dot(a, found) + length[r] * found[2] <= b[r] + 1e-9);
          if (fits) best = { radius: found[2], center: found.slice(0, 2) };
        }
    return best;
  }
  function solve3(M, v) {
    const det = (m) =>
      m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
      m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
      m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
    const whole = det(M);
    if (Math.abs(whole) < 1e-12) return null;
    return [0, 1, 2].map((c) =>
      det(M.map((row, r) => row.map((x, j) => (j === c ? v[r] : x)))) / whole);
  }

  // Damped Newton on -sum log(b - Az), from an interior point (chapter 2's plain code).
  function analytic(A, b, start) {
    let z = [...start];
    for (let step = 0; step < 200; step++) {
      const weight = A.map((a, i) => 1 / (b[i] - dot(a, z)));
      const g = [0, 1].map((j) => A.reduce((s, a, i) => s + weight[i] * a[j], 0));
      const [p, q, r] = [[0, 0], [0, 1], [1, 1]].map(([j, k]) =>
        A.reduce((s, a, i) => s + weight[i] ** 2 * a[j] * a[k], 0));
      const det = p * r - q * q;
      const move = [(q * g[1] - r * g[0]) / det, (q * g[0] - p * g[1]) / det];
      const decrement = Math.sqrt(Math.max(0, -dot(g, move)));
      const damp = decrement > 0.25 ? 1 / (1 + decrement) : 1;
      z = z.map((x, j) => x + damp * move[j]);
      if (decrement < 1e-9) break;
    }
    return z;
  }

  // A square without a corner, so that its three centres differ from the start.
  const START = { A: [[1, 0], [0, 1], [-1, 0], [0, -1], [1, 1]], b: [1, 1, 1, 1, 0.2],
    vertices: [[1, -0.8], [-0.8, 1], [-1, 1], [-1, -1], [1, -1]] };

  companion.play.mount("polygon", ({ boards, controls, says }) => {
    const { board, button, choice, colours, slider } = companion.play;
    let degrees = 25, through = "centroid", states = [START], shares = [];
    const plane = board(boards, "Weights: both coordinates from −1 to 1. " +
      "Blue: what the cut keeps.", "A polygon, its three centres, and the line that will " +
      "cut it; the sentence below the controls says the areas.");
    const centers = () => {
      const now = states.at(-1), middle = centroid(now.vertices);
      return { centroid: middle, chebyshev: chebyshev(now.A, now.b),
        analytic: analytic(now.A, now.b, middle) };
    };
    const cut = () => {
      const angle = (degrees * Math.PI) / 180, normal = [Math.cos(angle), Math.sin(angle)];
      const found = centers();
      const point = through === "chebyshev" ? found.chebyshev.center : found[through];
      return { normal, offset: dot(normal, point) };
    };
    function draw() {
      const c = colours(), { vertices } = states.at(-1), found = centers();
      const { normal, offset } = cut();
      plane.clear(c.paper);
      plane.line([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], c.faint, 1);
      plane.area(vertices, c.other);
      plane.area(clip(vertices, normal, offset), c.fill);
      plane.line([...vertices, vertices[0]], c.ink);
      const foot = normal.map((x) => x * offset), along = [-normal[1], normal[0]];
      plane.line([-4, 4].map((t) => foot.map((x, j) => x + t * along[j])), c.ink, 1.5,
        [6, 4]);
      plane.mark(found.centroid, "circle", c.blue, c.paper);
      plane.mark(found.chebyshev.center, "square", c.orange, c.paper, 5);
      plane.mark(found.analytic, "triangle", c.green, c.paper);
      const kept = area(clip(vertices, normal, offset)) / area(vertices);
      says.textContent =
        `Area ${area(vertices).toPrecision(3)} after ${shares.length} cuts` +
        (shares.length ? ` (kept ${shares.map((s) => s.toFixed(2)).join(", ")})` : "") +
        `. This cut keeps ${kept.toFixed(3)} of it. Through the centroid no cut of the ` +
        "plane keeps more than 5/9 = 0.556. Circle: centroid; square: Chebyshev " +
        "centre; triangle: analytic centre.";
    }
    slider(controls, "direction of the cut", [0, 355, 5, degrees], (v) => {
      degrees = v;
      draw();
    });
    choice(controls, "through the", [["centroid", "centroid"],
      ["chebyshev", "Chebyshev centre"], ["analytic", "analytic centre"]], (v) => {
      through = v;
      draw();
    });
    button(controls, "cut", () => {
      const now = states.at(-1), { normal, offset } = cut();
      const vertices = clip(now.vertices, normal, offset);
      if (area(vertices) < 1e-4) return;
      shares.push(area(vertices) / area(now.vertices));
      states.push({ A: [...now.A, normal], b: [...now.b, offset], vertices });
      draw();
    });
    button(controls, "undo", () => {
      if (states.length > 1) {
        states.pop();
        shares.pop();
      }
      draw();
    });
    // Point where the half-plane shall lie: the cut turns towards the pointer.
    plane.canvas.addEventListener("pointerdown", (event) => {
      const [x, y] = plane.from(event), { normal, offset } = cut();
      const foot = normal.map((n) => n * offset);
      const angle = (Math.atan2(foot[1] - y, foot[0] - x) * 180) / Math.PI;
      degrees = (5 * Math.round(angle / 5) + 360) % 360;
      controls.querySelector("input").value = degrees;
      draw();
    });
    return draw;
  });

  return { analytic, area, centroid, chebyshev, clip };
})();

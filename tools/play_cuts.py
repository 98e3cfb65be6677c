"""Compute chapter 12's run to play with: ``python -m tools.play_cuts``.

Two arms of 25 points that turn once, patterns of 80 sampled gates (seed 0), 30 labels
bought where the centre is undecided. For each round the network, and the volume of the
Dikin ellipsoid around the centre as a power of ten, from the dense Hessian.
"""

import json
from pathlib import Path

import numpy as np

from companion_data.synthetic import harder_spiral
from reference.activation_patterns import sample_patterns
from reference.cutting_plane import TwoLayerModel, active_learn

FILE = Path(__file__).resolve().parents[1] / "book/_static/play/cuts_run.mjs"
LABELS, GATES, SEED = 30, 80, 0


def log_volume(model, run, k):
    """Return log10 of det(H)^(-1/2) at the centre after k labels, in the unit ball."""
    z = run.centers[k].ravel()
    H = 2 * np.eye(len(z)) / (1 - z @ z) + 4 * np.outer(z, z) / (1 - z @ z) ** 2
    if k:
        C, F = model.dense(run.queried[:k])
        rows = np.vstack([C, run.cuts.labels[:k, None] * F])
        rows = rows / (rows @ z)[:, None]
        H = H + rows.T @ rows
    return -0.5 * np.linalg.slogdet(H)[1] / np.log(10)


def main():
    """Write the data file."""
    X, y = harder_spiral(25, 1.0)
    patterns = sample_patterns(X, GATES, rng=np.random.default_rng(SEED))
    rng = np.random.default_rng(SEED)
    run = active_learn(X, lambda i: y[i], patterns, budget=LABELS, rng=rng)
    model = TwoLayerModel(X, patterns.gates)
    volumes = [log_volume(model, run, k) for k in range(LABELS + 1)]
    frames = []
    for k in range(LABELS + 1):
        blocks = run.centers[k].reshape(-1, 3)
        size = np.abs(blocks).max() or 1.0
        frames.append((1000 * blocks / size).round().astype(int).tolist())
    data = {
        "X": X[:, :2].round(4).tolist(),
        "y": y.astype(int).tolist(),
        "queried": run.queried.tolist(),
        "mistakes": [int(record.mistake) for record in run.history],
        "volumes": (np.array(volumes) - volumes[1]).round(1).tolist(),
        "blocks": frames,  # u of every pattern, then v
    }
    text = json.dumps(data, separators=(",", ":"))
    FILE.write_text(
        "// Made by python -m tools.play_cuts; loaded by the figure of chapter 12.\n"
        "window.companion = window.companion || {};\n"
        f"companion.cutsRun={text};\n",
        "utf-8",
    )
    right = [(y * run.network_after(k)(X) > 0).mean() for k in (5, 15, LABELS)]
    print(f"wrote {FILE.name}, {FILE.stat().st_size // 1024} kB; {len(patterns)} "
          f"patterns, accuracy {right}, volumes {data['volumes'][::5]}")  # fmt: skip


if __name__ == "__main__":
    main()

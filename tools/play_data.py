"""Compute chapter 4's networks to play with: ``python -m tools.play_data``.

Two arms of 50 points that turn once; patterns sampled with seed 0, of which each count
takes the first ones; weights by every objective of `fit_relu_lp`, or nothing where too
few patterns leave none.
"""

import json
from pathlib import Path

import numpy as np

from companion_data.synthetic import harder_spiral
from reference.activation_patterns import Patterns, sample_patterns
from reference.common import Infeasible
from reference.relu_lp import fit_relu_lp, reduce_neurons, to_network

FILE = Path(__file__).resolve().parents[1] / "book/_static/play/spiral_networks.mjs"
COUNTS = (10, 20, 30, 50, 80, 120, 200)
OBJECTIVES = ("feasible", "min_l1", "max_margin")


def fit(X, y, patterns, objective):
    """Return a network as a dict of short lists, or None if none fits."""
    try:
        weights = fit_relu_lp(X, y, patterns, objective=objective)
    except Infeasible:
        return None
    network = to_network(reduce_neurons(weights, X, patterns.masks))
    # The size of an output weight goes into the hidden ones, its sign stays.
    hidden = network.hidden * np.abs(network.output)
    kept = np.abs(hidden).max(axis=0) > 1e-9 * np.abs(hidden).max()
    return {
        "hidden": [[float(f"{v:.6g}") for v in w] for w in hidden[:, kept].T],
        "output": np.sign(network.output[kept]).astype(int).tolist(),
    }


def main():
    """Write the data file."""
    X, y = harder_spiral(50, 1.0)
    every = sample_patterns(X, 2000, rng=np.random.default_rng(0))
    networks = {
        objective: [
            fit(X, y, Patterns(every.masks[:P], every.gates[:P]), objective)
            for P in COUNTS
        ]
        for objective in OBJECTIVES
    }
    data = {
        "X": X[:, :2].round(6).tolist(),
        "y": y.astype(int).tolist(),
        "counts": COUNTS,
        "networks": networks,
    }
    text = json.dumps(data, separators=(",", ":"))
    FILE.write_text(
        "// Made by python -m tools.play_data; loaded by the figure of chapter 4.\n"
        "window.companion = window.companion || {};\n"
        f"companion.spiralNetworks={text};\n",
        "utf-8",
    )
    sizes = {o: [n and len(n["output"]) for n in networks[o]] for o in OBJECTIVES}
    print(f"wrote {FILE.name}, {FILE.stat().st_size // 1024} kB; neurons: {sizes}")


if __name__ == "__main__":
    main()

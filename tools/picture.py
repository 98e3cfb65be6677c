"""Draw the picture of the README and the landing page: ``python -m tools.picture``.

Three networks through the same training points (spiral, 50 points an arm, 200
patterns sampled with seed 0); what the linear program chooses makes the difference.
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from companion_data.synthetic import spiral
from reference.activation_patterns import sample_patterns
from reference.relu_lp import fit_relu_lp, to_network

BOOK = Path(__file__).resolve().parents[1] / "book"
TITLES = {
    "feasible": "linear equations",
    "min_l1": "smallest weights",
    "max_margin": "largest margin",
}


def main():
    """Write book/_static/spiral.png."""
    plt.style.use(BOOK / "style.mplstyle")
    X, y = spiral()
    patterns = sample_patterns(X, 200, rng=np.random.default_rng(0))
    low, high = X[:, :2].min(0) - 0.15, X[:, :2].max(0) + 0.15
    axis = [np.linspace(a, b, 400) for a, b in zip(low, high, strict=True)]
    grid = np.stack([*np.meshgrid(*axis), np.ones((400, 400))], axis=-1)
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.9), sharey=True)
    for panel, (objective, title) in zip(axes, TITLES.items(), strict=True):
        network = to_network(fit_relu_lp(X, y, patterns, objective=objective))
        sign = network(grid.reshape(-1, 3)).reshape(400, 400) > 0
        panel.contourf(
            *axis, sign, levels=[-0.5, 0.5, 1.5], colors=["#f6d5bd", "#bcd9ec"]
        )
        for label, marker, colour in ((1, "o", "#0072B2"), (-1, "s", "#D55E00")):
            arm = X[y == label]
            panel.plot(*arm[:, :2].T, marker, color=colour, markersize=4, mec="white")
        panel.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
        panel.set_title(title, size=17)
        panel.set_xlabel("first coordinate", size=16)
        panel.tick_params(labelsize=15)
        panel.grid(visible=False)
    axes[0].set_ylabel("second coordinate", size=16)
    figure.savefig(BOOK / "_static" / "spiral.png", dpi=110)
    print("wrote book/_static/spiral.png")


if __name__ == "__main__":
    main()

"""Draw the picture of the README and the landing page: ``python -m tools.picture``.

A bitmap for the README, a drawing for the page, and one for a phone.

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
from tools.figures import drawing, stacked

BOOK = Path(__file__).resolve().parents[1] / "book"
TITLES = {
    "feasible": "linear equations",
    "min_l1": "smallest weights",
    "max_margin": "largest margin",
}


def main():
    """Write book/_static/spiral.png, spiral.svg and spiral-phone.svg."""
    plt.style.use(BOOK / "style.mplstyle")
    plt.rcParams |= {"axes.titlesize": 17, "axes.labelsize": 16}
    plt.rcParams |= {"xtick.labelsize": 15, "ytick.labelsize": 15}
    X, y = spiral()
    patterns = sample_patterns(X, 200, rng=np.random.default_rng(0))
    low, high = X[:, :2].min(0) - 0.15, X[:, :2].max(0) + 0.15
    axis = [np.linspace(a, b, 400) for a, b in zip(low, high, strict=True)]
    grid = np.stack([*np.meshgrid(*axis), np.ones((400, 400))], axis=-1)
    figure, axes = plt.subplots(1, 3, figsize=(10, 3.9), sharey=True, dpi=200)
    for panel, (objective, title) in zip(axes, TITLES.items(), strict=True):
        network = to_network(fit_relu_lp(X, y, patterns, objective=objective))
        sign = network(grid.reshape(-1, 3)).reshape(400, 400) > 0
        regions = panel.contourf(
            *axis, sign, levels=[-0.5, 0.5, 1.5], colors=["#f6d5bd", "#bcd9ec"]
        )
        regions.set_rasterized(True)
        for label, marker, colour in ((1, "o", "#0072B2"), (-1, "s", "#D55E00")):
            arm = X[y == label]
            panel.plot(*arm[:, :2].T, marker, color=colour, markersize=4, mec="white")
        panel.set(aspect="equal", xticks=[-1, 0, 1], yticks=[-1, 0, 1])
        panel.set_title(title)
        panel.set_xlabel("first coordinate")
        panel.grid(visible=False)
    axes[0].set_ylabel("second coordinate")
    static = BOOK / "_static"
    figure.savefig(static / "spiral.png")
    (static / "spiral.svg").write_text(drawing(figure), "utf-8")
    (static / "spiral-phone.svg").write_text(drawing(stacked(figure)), "utf-8")
    print("wrote book/_static/spiral.png, spiral.svg and spiral-phone.svg")


if __name__ == "__main__":
    main()

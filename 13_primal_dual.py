# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#       format_version: '1.3'
#       jupytext_version: 1.19.6
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 13: learning under bounds
#
# You will see the mean loss minimised while every sample keeps a bound of
# its own; what each bound costs; a price that has no single value; bounds
# that cannot be met, with the proof; and what the duals of a network say
# about the labels it was given.
#
# **Run time** about 12 s; **memory** about 250 MB.

# %% tags=["hide-cell"]
# Find the book's code from wherever this notebook runs.
import sys
from pathlib import Path

root = Path.cwd()
while not (root / "reference" / "common.py").exists():
    if root == root.parent:
        raise SystemExit(
            "This lab needs the book around it. Get the archive of its\n"
            "repository, unpack it, and run in a terminal:\n"
            "    cd cuts-duals-and-kernels    (where you unpacked it)\n"
            "    make lab                     (opens all labs)"
        )
    root = root.parent
sys.path.insert(0, str(root))

import matplotlib.pyplot as plt
import numpy as np

plt.style.use(root / "book/style.mplstyle")

# %%
from sklearn.datasets import load_diabetes, load_digits
from threadpoolctl import threadpool_limits

from coursework.lab import compare, fingerprint
from reference.acquisition import Mlp
from reference.activation_patterns import sample_patterns
from reference.common import Infeasible, with_bias
from reference.primal_dual import (
    ConvexReluModel,
    LinearModel,
    lagrangian_bound,
    pdcl,
    plain_pdcl,
)

# Matrices this small: a second BLAS thread costs more than it brings.
threadpool_limits(1)

# %% [markdown]
# ## Plain: one number, two targets
#
# The targets are 0 and 4. The mean loss chooses 2. Now the second loss may
# be at most ½.
#
# **Predict** before you run: the number, and the dual of the second bound.

# %%
guessed_number = None
guessed_dual = None

targets = np.array([0.0, 4.0])
epsilon = np.array([9.0, 0.5])
theta, duals = plain_pdcl(
    lambda t: 0.5 * (t - targets) ** 2,
    lambda t, w: np.mean(w * (t - targets)),
    np.zeros(1),
    epsilon,
)
compare(guessed_number, theta[0])
compare(guessed_dual, duals[1])

# %% [markdown]
# The solver for convex models gets there by other means, and proves it: the
# dual function at its duals is the objective.

# %%
ones = np.ones((2, 1))
answer = pdcl(LinearModel(), ones, targets, epsilon)
bound = lagrangian_bound(
    LinearModel(), ones, targets, epsilon, answer.duals
)
print(f"objective {answer.objective:.6f}, bound from below {bound:.6f}")

# %% [markdown]
# ## A line under bounds
#
# Ten samples, one of them far from the others. Each loss may be at most
# 0.7, so that the line must pass within 1.18 of every sample.

# %%
rng = np.random.default_rng(5)
x = np.sort(rng.uniform(-2, 2, 10))
heights = 0.8 * x + 0.3 * rng.standard_normal(10)
heights[7] -= 1.9
X = with_bias(x[:, None])
free = pdcl(LinearModel(), X, heights, 100.0)
tied = pdcl(LinearModel(), X, heights, 0.7)
print(
    "mean loss", round(free.objective, 3), "and", round(tied.objective, 3)
)
print(
    "largest loss", (free.slacks + 100).max().round(3), "and at most 0.7"
)

# %% mystnb={"figure": {"caption": "Least squares with and without a bound of 0.7 on every loss (bars: outputs that the bounds allow), and the duals of the bounds. Ten samples, seed 5.", "name": "fig-13-line"}, "image": {"alt": "Left: ten points with vertical bars of half-length 1.2, one of them well below the others. A dashed least-squares line passes above that point's bar; the solid line of the constrained program is lower there and touches the end of its bar, and the end of one other bar. Right: a bar chart of the ten duals. Two are positive, the one of the low point is the larger; the others are zero."}} tags=["hide-input"]
fingerprint(
    "13-line", np.r_[free.model.theta, tied.model.theta, tied.duals]
)
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
reach = np.sqrt(2 * 0.7)
left.errorbar(
    x, heights, reach, fmt="o", color="black", ecolor="0.6", capsize=3
)
ends = with_bias(np.array([[-2.1], [2.1]]))
left.plot(ends[:, 0], free.model(ends), "--", label="least squares")
left.plot(ends[:, 0], tied.model(ends), "-", label="under bounds")
left.set_xlabel("$x$")
left.set_ylabel("$y$")
left.legend(loc="upper left")
right.bar(np.arange(1, 11), tied.duals, color="C1")
right.set_xlabel("sample, from left to right")
right.set_ylabel(r"dual $\lambda_i$")
right.set_xticks(np.arange(1, 11))
plt.show()

# %% [markdown]
# ## What a bound costs
#
# The optimum as a function of one bound: its slope is minus the dual over
# N. When the sample is there twice, loosening *one* copy gains nothing.
#
# **Predict**: the slope at ε = 0.5 for the two targets. (The dual is 2.)

# %%
guessed_slope = None

bounds = np.linspace(0.2, 2.5, 47)
once = [
    pdcl(LinearModel(), ones, targets, [9.0, e]).objective for e in bounds
]
step = 1e-4
around = [
    pdcl(LinearModel(), ones, targets, [9.0, e], tol=1e-9).objective
    for e in (0.5 - step, 0.5 + step)
]
compare(guessed_slope, (around[1] - around[0]) / (2 * step))
copies = np.array([0.0, 4.0, 4.0])
twice = [
    pdcl(LinearModel(), np.ones((3, 1)), copies, [9.0, 0.5, e]).objective
    for e in np.linspace(0.2, 1.0, 17)
]

# %% mystnb={"figure": {"caption": "The optimal mean loss against one bound. Left: targets 0 and 4, with the tangent that the dual gives at 0.5. Right: the second target twice, and only one copy's bound moves: a kink, where every way to share the price among the copies is a dual.", "name": "fig-13-price"}, "image": {"alt": "Left: a convex curve that falls from 2.9 at a bound of 0.2 to 2 at a bound of 2 and is flat beyond it; a dashed tangent touches it at 0.5 with slope minus 1. Right: a curve that falls to a corner at 0.5 and is exactly flat to the right of it."}} tags=["hide-input"]
fingerprint("13-price", np.r_[once, twice])
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
left.plot(bounds, once)
left.plot(bounds[:21], 2.5 - (bounds[:21] - 0.5), "--", label="slope −λ/N")
left.plot(0.5, 2.5, "o", color="black")
left.legend()
left.set_title("one copy")
right.plot(np.linspace(0.2, 1.0, 17), twice)
right.set_title("two copies, one bound moves")
for axis in (left, right):
    axis.set_xlabel(r"bound $\varepsilon$")
left.set_ylabel("optimal mean loss")
plt.show()

# %% [markdown]
# ## Bounds that cannot be met
#
# Targets 0 and 4 with losses of at most ½ each: no number will do. The
# solver proves it. The plain steps do not notice: their duals grow.

# %%
try:
    pdcl(LinearModel(), ones, targets, 0.5)
except Infeasible as refused:
    print(refused)
    print("weights of the samples", refused.certificate.round(3))
for rounds in (1000, 2000, 4000):
    _, grown = plain_pdcl(
        lambda t: 0.5 * (t - targets) ** 2,
        lambda t, w: np.mean(w * (t - targets)),
        np.zeros(1), 0.5, primal_rate=0.003, rounds=rounds, dual_rate=0.05,
    )  # fmt: skip
    print(f"{rounds} rounds: duals {grown.round(1)}")

# %% [markdown]
# How large must a bound be? Real data: ten features of 442 patients, and
# the course of their diabetes a year later. The smallest bound that a
# linear model can meet, in units of the mean loss of least squares:

# %%
from scipy.optimize import linprog

features, course = load_diabetes(return_X_y=True)
A, y = with_bias(features), (course - course.mean()) / course.std()


def smallest_bound(A, y):
    """Half the squared smallest largest error, by a linear program."""
    one = np.ones((len(y), 1))
    rows = np.block([[A, -one], [-A, -one]])
    cost = np.r_[np.zeros(A.shape[1]), 1.0]
    found = linprog(cost, rows, np.r_[y, -y], bounds=(None, None))
    return 0.5 * found.fun**2


ratios = []
for seed in range(5):
    part = np.random.default_rng(seed).permutation(len(y))[:200]
    residual = y[part] - A[part] @ np.linalg.lstsq(A[part], y[part])[0]
    mean_loss = 0.5 * (residual**2).mean()
    ratios.append(smallest_bound(A[part], y[part]) / mean_loss)
print("smallest bound / mean loss, five subsets:", np.round(ratios, 2))
fingerprint("13-smallest", ratios)

# %% [markdown]
# A bound of 1.05 to 1.25 times the mean loss, as one can read for deep
# networks, is infeasible for this model: a network that is free to fit
# every sample is another matter.

# %% [markdown]
# ## A convex ReLU network under bounds
#
# Chapter 6's program with bounds, solved through its dual function. Its
# objective has the penalty beside the mean loss: the bounds are paid for in
# weights as well.

# %%
rng = np.random.default_rng(1)
x = np.sort(rng.uniform(-2, 2, 24))
curve = np.abs(x) + 0.25 * rng.standard_normal(24)
X = with_bias(x[:, None])
patterns = sample_patterns(X, 200, rng=rng)
model = ConvexReluModel(patterns, 1.0)
free = pdcl(model, X, curve, 100.0)
losses = free.slacks + 100.0
tied = pdcl(model, X, curve, 0.5 * losses.max(), tol=1e-4)
print("largest loss", losses.max().round(3), "halved")
print(
    "objective",
    round(free.objective, 4),
    "becomes",
    round(tied.objective, 4),
)
print("mean loss", losses.mean().round(4), "becomes",
      (tied.slacks + 0.5 * losses.max()).mean().round(4))  # fmt: skip
print("bounds with a price:", int((tied.duals > 0.01).sum()), "of 24")

# %% [markdown]
# ## A network, and what its duals say
#
# 300 digits, fifteen of which get a wrong label. The duals add up how far
# each loss was above its bound of 0.2.
#
# **Predict**: how many of the fifteen are among the fifteen largest duals?

# %%
guessed_found = None

images, digits = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(digits))
train, test = order[:300], order[300:]
X, labels = images[train] / 16.0, digits[train].copy()
wrong = np.arange(15)
labels[wrong] = (labels[wrong] + 1 + np.arange(15) % 9) % 10


def network(seed, batch_size=32):
    """A perceptron for the digits."""
    rng = np.random.default_rng(seed)
    return Mlp(
        (64, 64, 10), rng=rng, batch_size=batch_size, step_size=2e-3
    )


trained = pdcl(network(0), X, labels, 0.2, rounds=60, dual_rate=0.05)
largest = np.argsort(-trained.duals, kind="stable")[:15]
compare(guessed_found, int(np.isin(largest, wrong).sum()))

# %% mystnb={"figure": {"caption": "The eight digits with the largest and the eight with the smallest duals, with the labels that they were given (an asterisk: a wrong one). 300 digits, fifteen labels wrong, seed 0.", "name": "fig-13-digits"}, "image": {"alt": "Two rows of eight small grey pictures of digits. All eight of the upper row are marked as mislabelled by an asterisk. The digits of the lower row are clearly written."}} tags=["hide-input"]
ranked = np.argsort(-trained.duals, kind="stable")
shown = np.r_[ranked[:8], ranked[-8:]]
figure, axes = plt.subplots(2, 8, figsize=(9, 2.9))
for axis, i in zip(axes.flat, shown, strict=True):
    axis.imshow(X[i].reshape(8, 8), cmap="gray_r")
    star = "*" if i in wrong else ""
    axis.set_title(f"{labels[i]}{star}, λ = {trained.duals[i]:.1f}",
                   fontsize=9)  # fmt: skip
    axis.set_xticks([])
    axis.set_yticks([])
fingerprint("13-digits", np.sort(trained.duals)[::-1][:8].round(1))
plt.show()

# %% [markdown]
# ## Another loss in the bounds
#
# The bounded loss needs no labels: a digit moved by one pixel should get
# the answer that the digit gets. Five seeds, 100 labels, 40 passes each; test
# accuracy.
#
# **Predict**: which of the three is best, and does the one without labels
# in its bounds help?

# %%
few = train[15:115]


def moved(model, X, y):
    """The pictures one pixel to a side, with the model's own answers."""
    pictures = X.reshape(-1, 8, 8)
    return np.roll(pictures, 1, axis=2).reshape(len(X), 64), model.predict(
        X
    )


accuracies = {}
for name, settings in {
    "no bounds": {"dual_rate": 0.0},
    "own loss bounded": {},
    "moved copies bounded": {"constraint_loss": moved},
}.items():
    accuracies[name] = []
    for seed in range(5):
        found = pdcl(
            network(seed), images[few] / 16.0, digits[few], 0.2, rounds=40,
            **{"dual_rate": 0.05} | settings,
        )  # fmt: skip
        right = found.model.predict(images[test] / 16.0) == digits[test]
        accuracies[name].append(right.mean())
    mean, spread = (
        np.mean(accuracies[name]),
        np.std(accuracies[name], ddof=1),
    )
    print(f"{name:21s} {mean:.3f} ± {spread:.3f}")
fingerprint("13-moved", [np.mean(v) for v in accuracies.values()])

# %% [markdown]
# ## Try it
#
# - Put a second sample at the position of the low one in "A line under
#   bounds", with the same target. What happens to its dual, and to the sum?
# - Lower the bound of the line step by step. Which sample's dual goes up
#   first, and when does the solver refuse?
# - Give `pdcl` the margin as bounded loss and "zero" as the loss on two
#   classes of your own, and look which duals are positive.
# - Set `dual_rate=0.5` for the digits. Are more of the wrong labels found?
#   Is the test accuracy better or worse?

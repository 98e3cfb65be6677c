"""Learning curves of the cutting-plane loop, one task at a time.

`run` takes a task, a dict (`experiments.sweep` keeps the answers), and returns the test
scores of one strategy on one data set with one seed, by labels *bought*. The split, the
patterns and the first labels depend on the seed only, not on the strategy.

A run of the loop gives two curves: `centre`, the network of the centre, and `final`,
chapter 6's program on the same labels. So "random" with `final` is "random labels, same
solver". `baseline` runs a strategy of chapter 11 with a model trained by descent.
"""

import copy
import time
from functools import partial

import numpy as np
from sklearn import datasets
from sklearn.linear_model import LogisticRegression

from companion_data.synthetic import harder_spiral, spiral
from companion_data.texts import text_task
from reference import acquisition
from reference.activation_patterns import Patterns, sample_patterns
from reference.common import Infeasible, with_bias
from reference.cutting_plane import (
    active_learn,
    active_learn_regression,
    convex_final_solve,
)
from reference.relu_lp import to_network


def data_of(task):
    """Return (X, y) of the pool and of the test rows, each X with a bias column."""
    name, rng = task["data"], np.random.default_rng([task["seed"], 0])
    if name == "quadratic":
        x = np.linspace(-1, 1, 100)[:, None]
        return split(with_bias(x), x[:, 0] ** 2, rng, 20)
    if name == "spiral":
        return split(*spiral(), rng, 20)
    if name == "harder spiral":
        pool, tests, turns, noise = task["pool"], 1000, task["turns"], task["noise"]
        fresh = harder_spiral(tests // 2, turns, noise=noise, rng=rng)
        X, y = harder_spiral(pool // 2, turns, noise=noise, rng=rng)
        return X, y, *fresh
    if name in TABLES:
        X, y = TABLES[name]()
        X, y, X_test, y_test = split(X, y, rng, len(y) // 3)
        mean, spread = X.mean(axis=0), X.std(axis=0)
        X, X_test = ((Z - mean) / np.where(spread > 0, spread, 1) for Z in (X, X_test))
    else:
        X, y, X_test, y_test = text_task(name)
        chosen = rng.permutation(len(y))[: task["pool"]]
        X, y = X[chosen], y[chosen]
    X, X_test = components(X, X_test, task["components"])
    return with_bias(X), y, with_bias(X_test), y_test


def split(X, y, rng, tests):
    order = rng.permutation(len(y))
    train, test = order[tests:], order[:tests]
    return X[train], y[train], X[test], y[test]


def two_classes(load, first, others):
    """Return a loader of one class against others of a table of scikit-learn."""

    def loaded():
        X, y = load(return_X_y=True)
        kept = np.isin(y, [first, *others])
        return X[kept], np.where(y[kept] == first, 1.0, -1.0)

    return loaded


TABLES = {
    "breast cancer": two_classes(datasets.load_breast_cancer, 1, [0]),
    "digits 3/8": two_classes(datasets.load_digits, 3, [8]),
    "wine": two_classes(datasets.load_wine, 1, [0, 2]),
}


def components(X, X_test, count):
    """Return the first principal components of the pool, in one unit for all."""
    mean = X.mean(axis=0)
    _, s, V = np.linalg.svd(X - mean, full_matrices=False)
    count = min(count, len(s))
    scale = np.sqrt(np.sum(s[:count] ** 2) / (len(X) * count))
    return [(Z - mean) @ V[:count].T / scale for Z in (X, X_test)]


def run(task):
    """Return the curves of a task of the loop; see the module."""
    started = time.process_time()
    X, y, X_test, y_test = data_of(task)
    patterns = None
    if not task.get("linear"):
        rng = np.random.default_rng([task["seed"], 1])
        patterns = sample_patterns(X, task["gates"], rng=rng)
    found, held = learn(X, y, patterns, task)
    counts = [min(k, held) for k in task["labels"]]

    answer = {"labels_held": held}
    answer |= named("centre", [found.network_after(k) for k in counts], X_test, y_test)
    wrong = np.cumsum([record.mistake for record in found.history])
    answer["mistakes"] = [int(wrong[k - 1]) for k in counts]
    if task.get("cut_on") == "mistakes":  # the paper's axis: cuts, and no labels
        at = [min(int(np.searchsorted(wrong, k)) + 1, held) for k in task["labels"]]
        networks = [found.network_after(k) for k in at]
        answer |= named("centre_at_cuts", networks, X_test, y_test)
        answer["labels_at_cuts"] = at
        answer["cuts"] = [int(wrong[k - 1]) for k in at]
    answer["loop_seconds"] = round(time.process_time() - started, 2)
    if patterns is not None and "reg" in task:
        bought = [found.queried[:k] for k in task["labels"]]
        networks = [solved(X, y, patterns, rows, task["reg"]) for rows in bought]
        answer |= named("final", networks, X_test, y_test)
    answer["patterns"] = 0 if patterns is None else len(patterns)
    answer["seconds"] = round(time.process_time() - started, 2)
    return answer


def named(name, networks, X, y):
    """Return test scores: accuracy, also by class; of targets the root of the error."""
    if len(np.unique(y)) > 2:
        errors = [np.sqrt(np.mean((network(X) - y) ** 2)) for network in networks]
        return {name: [float(error) for error in errors]}
    right = [y * network(X) > 0 for network in networks]  # no sign is no answer
    classes = [[r[y == label].mean() for label in (-1, 1)] for r in right]
    return {
        name: [float(r.mean()) for r in right],
        f"{name}_balanced": [float(np.mean(c)) for c in classes],
    }


def learn(X, y, patterns, task):
    """Return a run, and how many labels it held before they contradicted each other."""
    budget = min(task.get("budget", task["labels"][-1]), len(y))
    first = np.random.default_rng([task["seed"], 2]).permutation(len(y))
    options = {
        "query": task["strategy"],
        "initial": first[: task.get("initial", 0)].tolist(),
        "cut_on": task.get("cut_on", "labels"),
    }
    method = active_learn
    if task["data"] == "quadratic":
        method, options["epsilon"] = active_learn_regression, 1e-3
    start = partial(method, X, lambda i: y[i], patterns, **options)

    def begin(budget):  # the same run, however early it stops
        return start(budget=budget, rng=np.random.default_rng([task["seed"], 3]))

    try:
        return begin(budget), budget
    except Infeasible:
        low, high = max(len(options["initial"]), 1), budget
    while high - low > 1:
        middle = (low + high) // 2
        try:
            begin(middle)
            low = middle
        except Infeasible:
            high = middle
    return begin(low), low


def solved(X, y, patterns, bought, reg):
    """Return the network of the final solve; `reg` is for half the mean of squares."""
    here = Patterns(patterns.masks[:, bought], patterns.gates)
    solve = convex_final_solve(reg * len(bought))
    return to_network(solve(X[bought], y[bought], here))


# ------------------------------------------------------------- strategies of chapter 11

STRATEGIES = {
    "random": acquisition.random_picks,
    "margin": acquisition.margin,
    "least confidence": acquisition.least_confidence,
    "entropy": acquisition.entropy,
    "bald": acquisition.bald,
    "gradient length": acquisition.gradient_length,
    "k-center": acquisition.k_center,
    "badge": acquisition.badge,
    "bait": partial(acquisition.bait, reg=1.0),
    "discriminative": acquisition.discriminative,
    "albl": acquisition.albl_strategy,  # made anew for each run
}


def model_of(task, width):
    """Return a fresh model; all of them see the features without the bias column."""
    if task["model"] == "logistic":
        return LogisticRegression(C=task.get("C", 1.0), max_iter=1000)
    if task["model"] == "tuned":
        choices = [task | {"model": "mlp"} | change for change in task["grid"]]
        return Tuned([model_of(choice, width) for choice in choices])
    sizes = (width, *task["hidden"], task.get("classes", 2))
    settings = {k: task[k] for k in ("dropout", "reg", "step_size", "max_iter")}
    rng = np.random.default_rng([task["seed"], 4])
    return acquisition.Mlp(sizes, rng=rng, **settings)


class Tuned:
    """The best of several networks by cross-validation on the labels it is given.

    Folds are every third label; accuracy decides, then the likelihood.
    """

    folds = 3

    def __init__(self, choices):
        self.choices = choices
        self.classes_ = choices[0].classes_
        self.num_classes = choices[0].num_classes

    def fit(self, X, y):
        fold = np.arange(len(y)) % self.folds
        grades = [self.grade(choice, X, y, fold) for choice in self.choices]
        self.best = copy.deepcopy(self.choices[grades.index(max(grades))])
        self.best.fit(X, y)
        return self

    def grade(self, choice, X, y, fold):
        right, likelihood = 0, 0.0
        for k in range(self.folds):
            model, out = copy.deepcopy(choice), fold == k
            p = model.fit(X[~out], y[~out]).predict_proba(X[out])
            right += int((p.argmax(axis=1) == y[out]).sum())
            likelihood += float(np.log(p[np.arange(len(p)), y[out]] + 1e-12).sum())
        return right, likelihood

    def predict(self, X):
        return self.best.predict(X)

    def predict_proba(self, X):
        return self.best.predict_proba(X)

    def embed(self, X):
        return self.best.embed(X)


def baseline(task):
    """Return the curve of a strategy of chapter 11, same data and first labels."""
    started = time.process_time()
    X, y, X_test, y_test = data_of(task)
    X, X_test = X[:, :-1], X_test[:, :-1]
    if task.get("classes", 2) == 2:
        y, y_test = ((labels > 0).astype(int) for labels in (y, y_test))
    curves = {"test": [], "test_balanced": []}

    def score(model):
        right = model.predict(X_test) == y_test
        by_class = [right[y_test == label].mean() for label in np.unique(y_test)]
        curves["test_balanced"].append(float(np.mean(by_class)))
        return float(right.mean())

    first = np.random.default_rng([task["seed"], 2]).permutation(len(y))
    budget = min(task["labels"][-1], len(y))
    strategy = STRATEGIES[task["strategy"]]
    if strategy is acquisition.albl_strategy:
        strategy = strategy(-(-(budget - task["initial"]) // task["batch"]))
    found = acquisition.run_active_learning(
        X, lambda i: y[i], strategy, model_of(task, X.shape[1]), budget=budget,
        initial=first[: task["initial"]].tolist(), batch=task["batch"],
        rng=np.random.default_rng([task["seed"], 3]), score=score,
    )  # fmt: skip
    at = np.searchsorted(found.counts, task["labels"])
    return {
        "test": found.scores[at].tolist(),
        "test_balanced": np.array(curves["test_balanced"])[at].tolist(),
        "seconds": round(time.process_time() - started, 2),
    }

"""Do large predicted duals make better labels: ALLY beside what chapter 11 has.

    python -m experiments.ally_learning digits mnist800 mnist1000 subjects rows
    python -m experiments.ally_learning epsilon inputs clusters copies capacity
    python -m experiments.ally_learning wrong training images

The first line compares selections x trainings: a selection (ALLY, random, BADGE, ...)
chooses labels, a training (plain, or primal-dual under a bound) makes the model that
is scored, so that ALLY's training does not count for its selection. ALLY's duals come
from a primal-dual training of its own where the scored model is a plain one. The others
vary one thing at a time, on digits (`images`: on MNIST). All labels are counted, and
none is used to choose a setting. Training stops early only in the rows that say so: at
99 % training accuracy, which needs no label, or by samples held out of those bought
(`validation`): they count.
What was cut to fit a processor is said in CUT, and with the results.
"""

import argparse
import copy
import time
from functools import cache, partial
from pathlib import Path

import numpy as np

from experiments.pool_learning import STRATEGIES, mnist_images, pool_and_test
from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.acquisition import (
    Mlp,
    bait,
    chosen_overlap,
    common_target,
    curve_area,
    holm,
    labels_to_reach,
    pairwise_wins,
    redundancy,
    repeated_pool,
    run_active_learning,
)
from reference.ally import BoundedMlp, ally, dual_picks
from reference.primal_dual.training import train_under_bounds

SEEDS = list(range(5))
SETTINGS = {
    "digits": {
        "hidden": [64, 32], "dropout": 0.2, "step_size": 3e-3, "batch_size": 32,
        "passes": 60, "epsilon": 0.2, "initial": 40, "batch": 40, "budget": 200,
    },
    "mnist": {
        "hidden": [256, 256], "dropout": 0.0, "step_size": 1e-3, "batch_size": 64,
        "passes": 30, "epsilon": 0.2, "initial": 200, "batch": 200, "budget": 400,
    },
    "subjects": {
        "hidden": [256, 256], "dropout": 0.0, "step_size": 1e-3, "batch_size": 64,
        "passes": 30, "epsilon": 0.05, "initial": 200, "batch": 200, "budget": 800,
    },
}  # fmt: skip
SETTINGS["mnist800"] = SETTINGS["mnist"] | {"budget": 800}
SETTINGS["mnist1000"] = SETTINGS["mnist"] | {
    "batch": 1000, "budget": 3200, "pool": 15000,
}  # fmt: skip
SETTINGS["rows"] = SETTINGS["subjects"]
REGRESSION = ("subjects", "rows")
IMAGES = "a pool of 5,000 of the 60,000 images, drawn anew for each seed; "
CUT = {
    "digits": "BAIT scores 300 samples of the pool",
    "mnist800": IMAGES + "three purchases; BAIT scores 1,000 samples of the pool in "
    "the 32 main directions of the embeddings (its matrices grow with classes times "
    "directions); no BALD, which needs dropout; five strategies without bounds only",
    "mnist1000": "a pool of 15,000 of the 60,000 images, as in the public code, drawn "
    "anew for each seed; three purchases; five strategies, margin and k-center without "
    "bounds only; no BAIT, whose matrices change 2,000 times "
    "forth and 1,000 back for 1,000 picks",
    "images": IMAGES + "one purchase",
    "subjects": "the budget ends at 800 labels of some 4,400",
}
CUT["rows"] = CUT["subjects"]
SHARES = (1.05, 1.1, 1.15, 1.2, 1.25, 5.0)  # of a plain training's mean loss, p
BOUNDS = (0.02, 0.1, 0.2, 0.5, 2.0, *(f"{c} p" for c in SHARES))
BOTH = [(s, t) for t in ("plain", "bounds") for s in ("random_picks", "ally", "badge")]
MAIN = {
    "digits": BOTH + [(s, "plain") for s in STRATEGIES
                      if s not in ("random_picks", "badge", "power_margin")],
    "mnist800": BOTH
    + [(s, t) for t in ("plain", "bounds")
       for s in ("margin", "k_center", "bait_main", "entropy")]
    + [(s, "plain") for s in ("least_confidence", "gradient_length",
                              "stochastic_batch", "albl", "discriminative")],
    "mnist1000": BOTH + [(s, "plain") for s in ("margin", "k_center")],
}  # fmt: skip
for data in REGRESSION:
    MAIN[data] = [
        (s, t)
        for t in ("plain", "bounds")
        for s in ("random_picks", "ally", "k_center", "bait_targets", "discriminative")
    ]  # what needs no class probabilities


def variations():
    """Return {ablation: {row: what differs from ALLY with bounds on digits}}."""
    plain = {"selection": "ally", "training": "bounds", "dropout": 0.0}
    found = {
        "epsilon": {
            f"{d}, {e}": plain | {"epsilon": e, "diversity": d}
            for d in ("clusters", "draw")
            for e in BOUNDS
        },
        "inputs": {
            "embeddings": plain,
            "and probabilities": plain | {"probabilities": True},
            "badge": plain | {"selection": "badge"},
            "margin": plain | {"selection": "margin"},
        },
        "clusters": {f"{k}": plain | {"clusters": k} for k in (1, 2, 4, 10, 20, 40)},
        "images": {
            f"{name} {value}": {"data": "mnist"} | SETTINGS["mnist"] | plain
            | {name: value}
            for name, values in {
                "clusters": (1, 20, 200), "epsilon": (0.02, "1.15 p", 2.0)
            }.items()
            for value in values
        },
        "copies": {
            f"{name}, {copies} x {noise}": plain
            | {"copies": copies, "noise": noise, "budget": 160}
            | row
            for copies, noise in ((1, 0.0), (5, 0.0), (5, 0.1))
            for name, row in {
                "ally": {},
                "ally, 4 clusters": {"clusters": 4},
                "entropy": {"selection": "entropy", "training": "plain"},
                "random": {"selection": "random_picks", "training": "plain"},
            }.items()
        },
        "capacity": {
            f"{s}, {width} x {depth}": plain
            | {"selection": s, "training": t, "hidden": [width] * depth}
            for width in (16, 64, 256)
            for depth in (1, 3)
            for s, t in (("ally", "bounds"), ("badge", "plain"),
                         ("random_picks", "plain"))
        } | {
            "ally, stopped, 256 x 3": plain | {"hidden": [256] * 3, "stop": "accuracy"}
        },
        "wrong": {
            f"cap {cap}": plain | {"wrong": 0.15, "cap": cap}
            for cap in (None, 0.9, 0.5)
        } | {"random": plain | {"wrong": 0.15, "selection": "random_picks"}},
        "training": {
            f"{name} {value}": plain | {name: value}
            for name, values in {
                "passes": (15, 30, 60, 120, 240), "primal_steps": (2, 4, 8),
                "dual_rate": (0.005, 0.02, 0.1, 0.2, 0.5),
                "stop": ("accuracy", "validation"),
            }.items()
            for value in values
        } | {f"passes {p} x {t}": plain | {"passes": p, "primal_steps": t}
             for p, t in ((30, 2), (15, 4))},
    }  # fmt: skip
    return found


@cache
def recordings():
    """Return the Parkinsons table, read and checked once."""
    from companion_data.parkinsons import parkinsons

    return parkinsons()


def data_of(task, rng):
    """Return pool X, y, origin of its rows, test X, y."""
    data = task["data"]
    if data.startswith("mnist"):
        X, y, X_test, y_test = mnist_images()
        part = rng.permutation(len(X))[: task.get("pool", 5000)]
        X, X_test = (A.reshape(len(A), -1) / 255.0 - 0.13 for A in (X[part], X_test))
        return X, y[part], np.arange(len(part)), X_test, y_test
    if data in REGRESSION:
        from companion_data.parkinsons import split_subjects

        X, y, subjects = recordings()
        order = rng.permutation(len(X))
        train, test = np.sort(order[: -len(X) // 4]), np.sort(order[-len(X) // 4 :])
        if data == "subjects":
            train, test = split_subjects(subjects, 0.25, rng=rng)
        middle, scale = X[train].mean(axis=0), X[train].std(axis=0)
        y = (y - 29.0) / 10.7  # mean and deviation of the table, rounded
        Z = (X - middle) / scale
        return Z[train], y[train], np.arange(len(train)), Z[test], y[test]
    X, y, origin, X_test, y_test = pool_and_test("digits", rng)
    if task.get("copies", 1) > 1:
        X, y, origin = repeated_pool(X, y, task["copies"], noise=task["noise"], rng=rng)
    return X, y.astype(int), origin, X_test, y_test


def model_of(task, sizes, regression):
    """Return the model that is trained and scored."""
    settings = {
        "rng": np.random.default_rng([task["seed"], 2]),
        "task": "regression" if regression else "classification",
        **{k: task[k] for k in ("dropout", "step_size", "batch_size")},
    }
    if task["training"] == "plain":
        return Mlp(sizes, max_iter=task["passes"], tol=0.0, **settings)
    return BoundedMlp(
        sizes, epsilon=task["epsilon"], rounds=task["passes"],
        primal_steps=task.get("primal_steps", 1),
        dual_rate=task.get("dual_rate", 0.05), **settings,
    )  # fmt: skip


def bait_main(
    embeddings, budget, *, probabilities, labeled, labeled_probabilities, rng
):
    """Run BAIT on 1,000 samples of the pool, in 32 main directions."""
    part = rng.permutation(len(embeddings))[:1000]
    axes = np.linalg.svd(embeddings - embeddings.mean(axis=0), full_matrices=False)[2]
    picks = bait(
        embeddings[part] @ axes[:32].T, budget, probabilities=probabilities[part],
        labeled=labeled @ axes[:32].T, labeled_probabilities=labeled_probabilities,
        rng=rng,
    )  # fmt: skip
    return part[picks]


def bait_targets(embeddings, budget, *, labeled, rng):
    """Run BAIT for real targets, whose Fisher matrices need no probabilities."""
    return bait(embeddings, budget, labeled=labeled, rng=rng)


OTHERS = STRATEGIES | {"bait_main": bait_main, "bait_targets": bait_targets}


def selection_of(task, notes):
    """Return the strategy; `notes` collects how many of its duals are positive."""
    if task["selection"] != "ally":
        return OTHERS[task["selection"]]
    extra = {k: task[k] for k in ("clusters", "diversity") if k in task}

    def with_own_duals(model, embeddings, labeled, budget, *, rng):
        notes.append(float((model.duals > 0.0).mean()))
        cap = task.get("cap")
        limit = None if cap is None else float(np.quantile(model.duals, cap))
        known = labeled[getattr(model, "kept", slice(None))]
        return dual_picks(
            embeddings, budget, labeled=known, model=model, rng=rng,
            dual_cap=limit, **extra,
        )  # fmt: skip

    def with_probabilities(model, X, bought, pool, embeddings, labeled, budget, *, rng):
        def both(H, rows):
            return np.hstack([H, 3.0 * np.sort(model.predict_proba(rows), axis=1)])

        return dual_picks(
            both(embeddings, pool), budget, labeled=both(labeled, X[bought]),
            model=model, rng=rng,
        )  # fmt: skip

    def with_a_second_training(model, X, bought, labels, pool, budget, *, rng):
        return ally(
            model, X[bought], labels, pool, budget, epsilon=task["epsilon"],
            rounds=task["passes"], rng=rng, **extra,
        )  # fmt: skip

    if task.get("probabilities"):
        return with_probabilities
    bounds = task["training"] == "bounds"
    return with_own_duals if bounds else with_a_second_training


class EarlyStop(BoundedMlp):
    """A `BoundedMlp` that stops when its training, or what it holds out, says so.

    "accuracy": the first round in which 99 % of the training labels are right.
    "validation": 15 % of the labels bought are held out, and the round of most of these
    right is kept; they are not trained on, so the head has no duals of theirs.
    """

    stop = "accuracy"

    def fit(self, X, y, weights=None):
        holds = self.stop == "validation"
        order = self.rng.permutation(len(X))
        cut = round(0.15 * len(X)) if holds else 0
        held, kept = order[:cut], np.sort(order[cut:])
        seen, twin, right = (held if holds else kept), copy.deepcopy(self), []
        twin.restart(twin.rng)  # the start that `fit` will draw below
        train_under_bounds(
            twin, X[kept], y[kept], np.full(len(kept), self.epsilon), view=None,
            rounds=self.rounds, primal_steps=1, dual_rate=self.dual_rate,
            callback=lambda _: right.append((twin.predict(X[seen]) == y[seen]).mean()),
        )  # fmt: skip
        good = np.flatnonzero(np.array(right) >= (max(right) if holds else 0.99))
        rounds = self.rounds
        self.rounds = 1 + int(good[-1] if holds else [*good, rounds - 1][0])
        super().fit(X[kept], y[kept])
        self.rounds, self.kept = rounds, kept
        return self


class RelativeBound(BoundedMlp):
    """A `BoundedMlp` whose ε is a multiple of the mean loss of a plain training."""

    factor = 1.0

    def fit(self, X, y, weights=None):
        plain = Mlp(
            self.sizes, rng=np.random.default_rng(0), max_iter=self.rounds, tol=0.0,
            step_size=self.step_size, batch_size=self.batch_size,
        )  # fmt: skip
        self.epsilon = self.factor * plain.fit(X, y).losses[-1]
        return super().fit(X, y)


def run(task):
    """Return the learning curve of one selection and training with one seed."""
    seed, regression = task["seed"], task["data"] in REGRESSION
    X, y, origin, X_test, y_test = data_of(task, np.random.default_rng([seed, 1]))
    sizes = (X.shape[1], *task["hidden"], 1 if regression else 10)
    if isinstance(task["epsilon"], str):
        factor = float(task["epsilon"].split()[0])
        model = model_of(task | {"epsilon": 1.0}, sizes, regression)
        model.__class__, model.factor = RelativeBound, factor
    else:
        model = model_of(task, sizes, regression)
    if "stop" in task:
        model.__class__, model.stop = EarlyStop, task["stop"]
    told = y.copy()
    if wrong := task.get("wrong"):
        draw = np.random.default_rng([seed, 5])
        flip = draw.random(len(y)) < wrong
        told[flip] = (y[flip] + draw.integers(1, 10, flip.sum())) % 10
    rounds = -(-(task["budget"] - task["initial"]) // task["batch"])
    notes: list[float] = []
    strategy = selection_of(task, notes)
    if task["selection"] == "albl":
        strategy = strategy(rounds)
    start = np.random.default_rng([seed, 3]).choice(
        len(X), task["initial"], replace=False
    )
    label = (lambda i: float(told[i])) if regression else (lambda i: int(told[i]))

    def score(m):
        wide = m.predict(X_test)
        return float(
            ((wide - y_test) ** 2).mean() if regression else (wide == y_test).mean()
        )

    began = time.process_time()
    found = run_active_learning(
        X, label, strategy, model, budget=task["budget"], batch=task["batch"],
        initial=start, rng=np.random.default_rng([seed, 4]), score=score,
    )  # fmt: skip
    bought = found.queried[task["initial"] :]
    return {
        "counts": found.counts.tolist(),
        "scores": found.scores.tolist(),
        "chosen": origin[bought].tolist(),
        "redundancy": redundancy(found.queried, origin),
        "wrong": float((told[bought] != y[bought]).mean()),
        "positive": notes,
        "epsilon": round(float(getattr(found.model, "epsilon", 0.0)), 5),
        "seconds": round(time.process_time() - began, 2),
    }


def summary(answers, regression):
    """Return what the chapter shows of {row: [answer of each seed]}."""
    names = list(answers)
    counts = answers[names[0]][0]["counts"]
    scores = np.array([[a["scores"] for a in answers[n]] for n in names])  # S, T, R
    areas = np.array([[curve_area(counts, a) for a in trials] for trials in scores])
    sign = -1.0 if regression else 1.0
    against = pairwise_wins(sign * areas)
    target = 0.0 if regression else common_target(scores[:, :, -1])
    overlap = chosen_overlap([[a["chosen"] for a in answers[n]] for n in names])
    rows = {}
    for k, name in enumerate(names):
        reach = np.inf if regression else labels_to_reach(
            counts, scores[k].mean(axis=0), target
        )  # fmt: skip
        rows[name] = {
            "mean": scores[k].mean(axis=0).round(4).tolist(),
            "deviation": scores[k].std(axis=0, ddof=1).round(4).tolist(),
            "area": areas[k].round(4).tolist(),
            "mean_area": round(float(areas[k].mean()), 4),
            "labels_to_target": None if np.isinf(reach) else reach,
            "wins": int(against.wins[k].sum()),
            "losses": int(against.wins[:, k].sum()),
            "overlap_with_first": round(float(overlap[k, 0]), 3),
            "redundancy": round(
                float(np.mean([a["redundancy"] for a in answers[name]])), 4
            ),
            "wrong": round(float(np.mean([a["wrong"] for a in answers[name]])), 4),
            "positive": np.round(
                np.mean([a["positive"] for a in answers[name]], axis=0), 3
            ).tolist(),
            "epsilon": [a["epsilon"] for a in answers[name]],
            "seconds": round(float(np.mean([a["seconds"] for a in answers[name]])), 2),
        }
    return {"counts": counts, "target": round(target, 4), "rows": rows}, areas * sign


def planned(names, areas):
    """Return {"a - b": difference of areas, p by Holm}: comparisons set beforehand."""
    pairs = []
    for training in ("plain", "bounds"):
        for rival in ("random_picks", "badge"):
            pairs.append((f"ally, {training}", f"{rival}, {training}"))
    for selection in ("ally", "random_picks", "badge"):
        pairs.append((f"{selection}, bounds", f"{selection}, plain"))
    pairs.append(("ally, bounds", "badge, plain"))
    pairs.append(("ally, bounds", "random_picks, plain"))
    return compared(pairs, names, areas)


def rivals(names, areas):
    """Return the same for ALLY and every other selection, all under bounds."""
    others = [n for n in names if n.endswith(", bounds") and n != "ally, bounds"]
    return compared([("ally, bounds", n) for n in others], names, areas)


def compared(pairs, names, areas):
    """Return {"a - b": difference of areas, p by Holm}, of pairs that are there."""
    pairs = [p for p in pairs if set(p) <= set(names)]
    where = {name: k for k, name in enumerate(names)}
    results = [pairwise_wins(areas[[where[a], where[b]]]) for a, b in pairs]
    p_values = holm([r.p_values[0, 1] for r in results])
    return {
        f"{a} - {b}": {"difference": round(float(r.differences[0, 1]), 4),
                       "p": round(float(p), 4)}
        for (a, b), r, p in zip(pairs, results, p_values, strict=True)
    }  # fmt: skip


def sensitivity(names, areas):
    """Return how far heights move with the bound, clusters and draws, and how high."""
    ways = ("clusters", "draw")
    of = {way: areas[[name.startswith(way) for name in names]] for way in ways}
    found = {}
    for what, measure in (("spread", partial(np.std, ddof=1)), ("height", np.mean)):
        seeds = {way: measure(heights, axis=0) for way, heights in of.items()}
        test = pairwise_wins(np.array(list(seeds.values())))
        found[what] = {way: round(float(s.mean()), 4) for way, s in seeds.items()}
        found[what]["p"] = round(float(test.p_values[0, 1]), 4)
    return found


def rows_of(name):
    """Return {row: task without a seed} of a comparison or an ablation."""
    if name in MAIN:
        base = {"data": name} | SETTINGS[name]
        return {
            f"{s}, {t}": base | {"selection": s, "training": t} for s, t in MAIN[name]
        }
    base = {"data": "digits"} | SETTINGS["digits"]
    return {row: base | change for row, change in variations()[name].items()}


def main():
    """Run what is not in the journal yet, then save a file for each name."""
    names = [*MAIN, *variations()]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", choices=names, default=names)
    parser.add_argument("--jobs", type=int, default=0, help="0: in this process")
    parser.add_argument("--seeds", type=int, default=len(SEEDS), help="so many only")
    parser.add_argument("--minutes", type=float, help="stop after so many")
    parser.add_argument("--journal", default="work/ally_learning.jsonl")
    options = parser.parse_args()
    began, seeds = time.monotonic(), SEEDS[: options.seeds]
    for name in options.names:
        rows = rows_of(name)
        tasks = [row | {"seed": s} for s in seeds for row in rows.values()]
        found = {}
        for part in np.array_split(np.arange(len(tasks)), max(1, len(tasks) // 5)):
            if options.minutes and time.monotonic() - began > 60 * options.minutes:
                print(f"stopped before {name} was done; the same command goes on")
                return
            some, failed = sweep(
                [tasks[i] for i in part], "experiments.ally_learning:run",
                Path(options.journal), jobs=options.jobs,
            )  # fmt: skip
            if failed:
                raise SystemExit("\n".join(f"{k}: {e!r}" for k, e in failed.items()))
            found |= some
        answers = {  # dots would part the paths by which pages quote these numbers
            row.replace(".", "·"): [found[key_of(task | {"seed": s})] for s in seeds]
            for row, task in rows.items()
        }
        results, areas = summary(answers, name in REGRESSION)
        if name in MAIN:
            results["planned"] = planned(list(rows), areas)
            results["rivals"] = rivals(list(rows), areas)
        if name == "epsilon":
            results["sensitivity"] = sensitivity(list(rows), areas)
        for row, columns in results["rows"].items():
            print(name, row, columns["mean_area"], columns["mean"][-1])
        results["settings"] = SETTINGS.get(name, SETTINGS["digits"])
        results["cut"] = CUT.get(name, "nothing: the bundled digits")
        results["processor_seconds"] = round(sum(a["seconds"] for a in found.values()))
        save(f"ally_learning_{name}", results, seeds=seeds,
             packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


if __name__ == "__main__":
    main()

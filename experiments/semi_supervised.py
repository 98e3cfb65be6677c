"""Strategies of active learning under semi-supervised learning, on digits and MNIST.

    OPENBLAS_NUM_THREADS=1 python -m experiments.semi_supervised --part curve
    OPENBLAS_NUM_THREADS=1 python -m experiments.semi_supervised --save

FixMatch with DARP (uniform class totals) on a perceptron with one hidden layer. Ten
labels, one of each class; five starts of which the median is kept (by test accuracy, as
the paper does); then 30, 50 and 70 labels, trained from scratch. `digits`:
scikit-learn's 8 x 8 images, 1,297 in the pool, 500 for the test. `mnist`: 2,000 of the
training images and 2,000 test images, reduced to 14 x 14 by means of four pixels.
`small`: 400 of the digits as the pool, the cheaper protocol beside that of 200 steps.
`copies`: a third of the digits, three times each. `repeated`: 700 MNIST images, three
times each with noise (deviation 0.1), as repeated MNIST is defined.

Parts: `curve` (all strategies), `shots` (one query, from a random or a trained
network), `picks` (what such a query buys), `spread` (the same labels, other seeds),
`eigen` (batches by their smallest eigenvalue), `skew` (labels or pool out of balance).
All fourteen strategies on digits, `small` and MNIST, 800 steps (digits also 200), ten
splits. What was cut to fit is in `CUT`. Every answer is a line of a journal; a stopped
run goes on where it was.
"""

import argparse
import copy
import itertools
import json
import time
from functools import cache
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr, wilcoxon
from sklearn.datasets import load_digits

from experiments.pool_learning import STRATEGIES as CHAPTER_11
from experiments.pool_learning import mnist_images
from experiments.provenance import save
from experiments.sweep import resume
from reference.acquisition import (
    Mlp,
    bald,
    chosen_overlap,
    holm,
    pairwise_wins,
    repeated_pool,
)
from reference.acquisition.pool import asked
from reference.acquisition.view import PoolView
from reference.ally import ally
from reference.common import with_bias
from reference.npc import npc
from reference.semi_supervised import ImageViews, fixmatch, welch

JOURNAL = Path("work/semi_supervised.jsonl")
HIDDEN, STEP_SIZE = 128, 0.01
FILL = -0.3
BUDGETS = (30, 50, 70)
STRATEGIES = ("random", "margin", "k_center", "albl", "badge", "ally", "npc")
MORE = (
    "least_confidence", "entropy", "power_margin", "bald", "gradient_length", "bait",
    "discriminative",
)  # fmt: skip
FEW = ("random", "margin", "k_center", "badge", "npc")
SIDE = {"digits": 8, "small": 8, "copies": 8, "mnist": 14, "repeated": 14}
STEPS = {"digits": 800, "small": 800, "copies": 800, "mnist": 200, "repeated": 200}
CUT = {
    "mnist": "five strategies, 200 steps",
    "mnist_800": "pool and test of 2,000 images, 14 x 14 pixels",
    "copies": "five strategies, 200 steps",
    "repeated": "five strategies, 200 steps",
    "bait": "scores 300 samples of the pool, drawn anew in each round",
}


@cache
def images(data, seed):
    """Return pool X, y, the origin of its rows, and test X, y."""
    rng = np.random.default_rng([seed, 1])
    if SIDE[data] == 8:
        X, y = load_digits(return_X_y=True)
        order = rng.permutation(len(X))
        X, y = X[order] / 16.0 + FILL, y[order]
        test, pool = slice(0, 500), slice(500, None)
        if data == "small":
            pool = slice(500, 900)
        if data == "copies":
            pool = slice(500, 932)
            return *repeated_pool(X[pool], y[pool], 3, rng=rng), X[test], y[test]
        return X[pool], y[pool], np.arange(len(y[pool])), X[test], y[test]
    X, y, X_test, y_test = mnist_images()
    size = 2000 if data == "mnist" else 700
    part, tested = rng.permutation(len(X))[:size], rng.permutation(len(X_test))[:2000]
    X, y = reduced(X[part]), y[part]
    X_test, y_test = reduced(X_test[tested]), y_test[tested]
    if data == "repeated":
        return *repeated_pool(X, y, 3, noise=0.1, rng=rng), X_test, y_test
    return X, y, np.arange(size), X_test, y_test


def reduced(X):
    """Return 28 x 28 images as rows of 14 x 14 means, background at FILL."""
    X = np.asarray(X, dtype=float).reshape(len(X), 14, 2, 14, 2)
    return X.mean(axis=(2, 4)).reshape(len(X), -1) / 255.0 + FILL


def network(data, seed):
    """Return a network with new parameters."""
    sizes = (SIDE[data] ** 2, HIDDEN, 10)
    return Mlp(sizes, rng=np.random.default_rng(seed), step_size=STEP_SIZE)


def train(data, seed, labeled, draw, *, steps=None, totals="uniform", pool=None):
    """Return FixMatch's run on these labels; `draw` seeds the training."""
    X, y, _, _, _ = images(data, seed)
    U = X if pool is None else X[pool]
    if isinstance(totals, str):
        totals = np.full(10, len(U) / 10)
    return fixmatch(
        network(data, [seed, draw, 2]), X[labeled], y[labeled], U,
        views=ImageViews((SIDE[data],) * 2, fill=FILL), class_totals=totals,
        rng=np.random.default_rng([seed, draw, 3]), steps=steps or STEPS[data],
    )  # fmt: skip


def supervised(data, seed, labeled, draw):
    """Return a network trained on these labels alone."""
    X, y, _, _, _ = images(data, seed)
    return network(data, [seed, draw, 2]).fit(X[labeled], y[labeled])


def accuracy(model, data, seed):
    """Return the share of test images that a network gets right."""
    _, _, _, X, y = images(data, seed)
    return round(float((model.predict(X) == y).mean()), 4)


def balanced(data, seed):
    """Return one sample of every class."""
    _, y, _, _, _ = images(data, seed)
    rng = np.random.default_rng([seed, 5])
    return np.array([rng.choice(np.flatnonzero(y == k)) for k in range(10)])


def ask_bald(model, pool, budget, *, rng):
    """Return BALD's picks by a network trained without dropout and asked with it."""
    thinned = copy.copy(model)
    thinned.dropout = 0.2
    return bald(thinned.predict_members(pool, rng=rng), budget, rng=rng)


def ask_ally(model, X, bought, labels, pool, budget, *, rng):
    """Return ALLY's picks by a primal-dual training of its own."""
    return ally(model, X[bought], labels, pool, budget, epsilon=0.2, rng=rng)


def ask_npc(model, X, bought, indices, budget, *, rng):
    """Return NPC's picks by the last layer, the best of a thousand draws."""
    picks = npc(
        factor=with_bias(model.embed(X)), labeled=bought, pool=indices, budget=budget,
        rng=rng, when_rank_deficient="continue",
    )  # fmt: skip
    return np.searchsorted(indices, picks)


ASKED = CHAPTER_11 | {
    "random": CHAPTER_11["random_picks"],
    "power_margin": CHAPTER_11["stochastic_batch"],
    "bald": ask_bald,
    "ally": ask_ally,
    "npc": ask_npc,
}


def query(ask, model, data, seed, labeled, budget, rng):
    """Return the samples that a strategy asks to be labelled."""
    X, y, _, _, _ = images(data, seed)
    pool = np.setdiff1d(np.arange(len(X)), labeled)
    view = PoolView(X, model, labeled, y[labeled], pool, 10, rng)
    return pool[asked(ask, view, budget, rng)]


def curve(data, seed, strategies, steps=None):
    """Return the learning curves of strategies from one median start."""
    start = balanced(data, seed)
    runs = [train(data, seed, start, draw, steps=steps).model for draw in range(5)]
    scores = [accuracy(model, data, seed) for model in runs]
    middle = runs[int(np.argsort(scores)[2])]
    origin = images(data, seed)[2]
    answer = {"starts": scores, "supervised": [
        accuracy(supervised(data, seed, start, draw), data, seed) for draw in range(5)
    ]}  # fmt: skip
    for strategy in strategies:
        began = time.process_time()
        ask, model, labeled = ASKED[strategy], middle, start
        if strategy == "albl":
            ask = ask(len(BUDGETS))  # made anew for each run
        rng = np.random.default_rng([seed, 4])
        ssl, sl = [], []
        for draw, goal in enumerate(BUDGETS, 10):
            wanted = goal - len(labeled)
            new = query(ask, model, data, seed, labeled, wanted, rng)
            labeled = np.concatenate([labeled, new])
            model = train(data, seed, labeled, draw, steps=steps).model
            ssl.append(accuracy(model, data, seed))
            sl.append(accuracy(supervised(data, seed, labeled, draw), data, seed))
        answer[strategy] = {
            "ssl": ssl,
            "sl": sl,
            "chosen": labeled[10:].tolist(),
            "same": int(len(labeled) - len(np.unique(origin[labeled]))),
            "seconds": round(time.process_time() - began, 1),
        }
    return answer


def shot_sets(data, seed):
    """Return the sets of one query, without labels or with ten, and the trained one."""
    start = balanced(data, seed)
    trained = train(data, seed, start, 0).model
    sets = {}
    for strategy in ("random", "badge", "npc"):
        for kind, sizes in (("zero", (30, 40, 50, 60)), ("single", (30, 50))):
            for size in sizes:
                rng = np.random.default_rng([seed, 4, size])
                known = start if kind == "single" else start[:0]
                model = trained if kind == "single" else network(data, [seed, 9])
                new = query(ASKED[strategy], model, data, seed, known, size, rng)
                labeled = np.concatenate([known, new])
                sets[f"{strategy} {kind} {len(labeled)}"] = labeled
    return sets, trained


def shots(data, seed):
    """Return accuracies after one query, without labels or with ten."""
    sets, trained = shot_sets(data, seed)
    answer, y = {"start": accuracy(trained, data, seed)}, images(data, seed)[1]
    for name, labeled in sets.items():
        answer[name] = {
            "ssl": accuracy(train(data, seed, labeled, 20).model, data, seed),
            "classes": len(np.unique(y[labeled])),
        }
    return answer


def picks(data, seed):
    """Return what one query buys, without labels or with ten."""
    sets, _ = shot_sets(data, seed)
    return {n: rows[10 if "single" in n else 0 :].tolist() for n, rows in sets.items()}


def spread(data, seed):
    """Return accuracies on the same labels, trained four times each way."""
    rng = np.random.default_rng([seed, 6])
    start = balanced(data, seed)
    others = np.setdiff1d(np.arange(len(images(data, seed)[0])), start)
    rng.shuffle(others)
    answer = {}
    for size in (10, 30, 70):
        labeled = np.concatenate([start, others[: size - 10]])
        answer[str(size)] = {
            "ssl": [accuracy(train(data, seed, labeled, draw).model, data, seed)
                    for draw in range(30, 34)],
            "sl": [accuracy(supervised(data, seed, labeled, draw), data, seed)
                   for draw in range(30, 34)],
        }  # fmt: skip
    return answer


def eigen_sets(data, seed):
    """Return labelled sets from the worst eigenvalue to the best, and features."""
    X, _, _, _, _ = images(data, seed)
    start = balanced(data, seed)
    model = train(data, seed, start, 0).model
    H = with_bias(model.embed(X))
    pool = np.setdiff1d(np.arange(len(X)), start)
    rng = np.random.default_rng([seed, 7])
    batches = [rng.choice(pool, 20, replace=False) for _ in range(1000)]
    values = []
    for batch in batches:
        rows = H[np.concatenate([start, batch])]
        values.append(np.linalg.eigvalsh(rows @ rows.T)[0])
    order = np.argsort(values)
    chosen = {f"{q:g}": batches[order[int(q * 999)]] for q in (0, 0.25, 0.5, 0.75, 1)}
    chosen["greedy"] = npc(
        factor=H, labeled=start, pool=pool, budget=20, rng=rng, search="greedy",
        when_rank_deficient="continue",
    )  # fmt: skip
    return {name: np.concatenate([start, batch]) for name, batch in chosen.items()}, H


def eigen(data, seed):
    """Return eigenvalue and accuracies of batches from the worst to the best."""
    sets, H = eigen_sets(data, seed)
    answer = {}
    for name, labeled in sets.items():
        rows = H[labeled]
        spectrum = np.linalg.eigvalsh(rows @ rows.T)
        answer[name] = {
            "smallest": float(spectrum[0]),
            "largest": float(spectrum[-1]),
            "ssl": accuracy(train(data, seed, labeled, 40).model, data, seed),
            "sl": accuracy(supervised(data, seed, labeled, 40), data, seed),
        }
    return answer


def skew(data, seed):
    """Return accuracies with labels out of balance, and with a pool out of balance."""
    y = images(data, seed)[1]
    rng = np.random.default_rng([seed, 8])
    by_class = [rng.permutation(np.flatnonzero(y == k)) for k in rng.permutation(10)]
    counts = [16, 10, 6, 3, 2, 1, 1, 1, 1, 1]
    labeled = np.concatenate([c[:m] for c, m in zip(by_class, counts, strict=True)])
    answer = {}
    for name, totals in (("labels", None), ("labels_darp", "uniform")):
        run = train(data, seed, labeled, 50, totals=totals)
        answer[name] = outcome(run, data, seed, np.full(10, 0.1))
    fair = np.concatenate([c[:3] for c in by_class])
    sizes = [int(100 * 0.75**j) for j in range(10)]
    pool = np.concatenate([c[:m] for c, m in zip(by_class, sizes, strict=True)])
    truth = np.bincount(y[pool], minlength=10).astype(float)
    cases = {"pool": None, "pool_darp": "uniform", "pool_true": truth}
    for name, totals in cases.items():
        run = train(data, seed, fair, 51, totals=totals, pool=pool)
        answer[name] = outcome(run, data, seed, truth / truth.sum())
    return answer


def outcome(run, data, seed, truth):
    """Return test accuracy and how far the pool's answers are from the true shares."""
    shares = run.history[-1]["classes"] / run.history[-1]["classes"].sum()
    return {
        "ssl": accuracy(run.model, data, seed),
        "off": round(float(np.abs(shares - truth).sum() / 2), 4),
    }


WORDS = {"0": "worst", "0.25": "quarter", "0.5": "median", "0.75": "three_quarters",
         "1": "best"}  # fmt: skip
CURVES = (  # data, strategies, steps where they are not those of STEPS
    ("digits", STRATEGIES, 0),
    ("digits", MORE, 0),
    ("copies", FEW, 200),
    ("repeated", FEW, 0),
    ("small", STRATEGIES, 0),
    ("small", MORE, 0),
    ("mnist", FEW, 0),
    ("mnist", STRATEGIES, 800),
    ("mnist", MORE, 800),
    ("digits", STRATEGIES, 200),
    ("digits", MORE, 200),
)
SPLITS = range(10)
PARTS = {
    part: [{"part": part, "data": "digits", "seed": seed} for seed in SPLITS]
    for part in ("skew", "eigen", "shots", "picks", "spread")
} | {
    "curve": [
        {"part": "curve", "data": data, "seed": seed, "strategies": list(names)}
        | ({"steps": steps} if steps else {})
        for data, names, steps in CURVES
        for seed in SPLITS
    ]
}


def run(part, **task):
    """Return the answer to one task, with its processor time."""
    began = time.process_time()
    answer = {"curve": curve, "shots": shots, "picks": picks, "spread": spread,
              "eigen": eigen, "skew": skew}[part](**task)  # fmt: skip
    return answer | {"seconds": round(time.process_time() - began, 1)}


def curves_of(found, strategies):
    """Return what the chapter shows of the answers to one data set's curves."""
    seeds = len(found)
    rows = []
    ssl = np.array([[a[s]["ssl"] for a in found] for s in strategies])  # S, T, rounds
    sl = np.array([[a[s]["sl"] for a in found] for s in strategies])
    start = np.array([np.median(a["starts"]) for a in found])
    plain = np.array([np.median(a["supervised"]) for a in found])
    ends = np.concatenate([ssl[:, :, 1:].mean(axis=2)[None], ssl.transpose(2, 0, 1)])
    wins = [pairwise_wins(e) for e in ends]  # mean of 50 and 70 labels; 30, 50, 70
    alone = [
        holm([pairwise_wins(e[[0, k]]).p_values[0, 1] for k in range(1, len(e))])
        for e in ends
    ]
    # pools are shuffled anew for every split: a row of another split is another sample
    chosen = [
        [np.array(a[s]["chosen"]) + 10_000 * r for r, a in enumerate(found)]
        for s in strategies
    ]
    for k, name in enumerate(strategies):
        rows.append({
            "strategy": name,
            "ssl": ssl[k].mean(axis=0).round(4).tolist(),
            "ssl_deviation": ssl[k].std(axis=0, ddof=1).round(4).tolist(),
            "sl": sl[k].mean(axis=0).round(4).tolist(),
            "sl_deviation": sl[k].std(axis=0, ddof=1).round(4).tolist(),
            # (eq:ssl-gains), from 10 labels to 70
            "gain_sl": round(float((plain - sl[k, :, -1]).mean()), 4),
            "gain_ssl": round(float((start - ssl[k, :, -1]).mean()), 4),
            "late": ends[0, k].round(4).tolist(),
            "lead": round(float(wins[0].differences[k, 0]), 4),
            "p": [1.0] * 4 if k == 0 else [round(float(p[k - 1]), 4) for p in alone],
            "wins": int(wins[0].wins[k].sum()),
            "losses": int(wins[0].wins[:, k].sum()),
            "same": round(float(np.mean([a[name]["same"] for a in found])), 2),
        })  # fmt: skip
    order = {
        "ssl": spearman(ssl[:, :, 1:].mean(axis=2)),
        "sl": spearman(sl[:, :, 1:].mean(axis=2)),
        "both": spearman([ssl[:, :, 1:].mean(axis=(1, 2)),
                          sl[:, :, 1:].mean(axis=(1, 2))]),
    }  # fmt: skip
    return {
        "seeds": seeds,
        "start": round(float(start.mean()), 4),
        "start_supervised": round(float(plain.mean()), 4),
        "starts_apart": round(float(np.mean([np.ptp(a["starts"]) for a in found])), 4),
        "rows": rows,
        "overlap": chosen_overlap(chosen).round(3).tolist(),
        "agreement": order,
        "at_the_end": against_random(ssl[:, :, -1]),
    }


def spearman(scores):
    """Return the rank correlation of two rows; of more, between halves of columns."""
    scores = np.asarray(scores)
    if len(scores) != 2:
        half = scores.shape[1] // 2
        scores = [scores[:, :half].mean(axis=1), scores[:, half:].mean(axis=1)]
    return round(float(spearmanr(*scores)[0]), 3)


def against_random(scores):
    """Return Welch's test of every strategy against the first, and of three trials.

    `scores` has a row for each strategy and a column for each split.
    """
    rows, first = scores[1:], np.broadcast_to(scores[0], scores[1:].shape)
    p = trials_test(rows, first).p_values
    triples = np.array(list(itertools.combinations(range(scores.shape[1]), 3)))
    three = trials_test(rows[:, triples], first[:, triples])
    seen = (three.p_values < 0.05).mean(axis=1)
    turned = (np.sign(three.t) == -np.sign((rows - first).mean(axis=1))[:, None]).mean(
        axis=1
    )
    return {
        "p_welch": [1.0, *holm(p).round(4).tolist()],
        "seen_in_three": [0.0, *seen.round(3).tolist()],
        "turned_in_three": [0.0, *turned.round(3).tolist()],
    }


def trials_test(first, second):
    """Return Welch's test of trials that are the last axis."""
    n = first.shape[-1]
    return welch(
        first.mean(axis=-1), first.std(axis=-1, ddof=1), n,
        second.mean(axis=-1), second.std(axis=-1, ddof=1), n,
    )  # fmt: skip


def picks_of(found):
    """Return the overlaps of what one query buys, by the size of the query."""
    answer = {}
    for size in (30, 50):
        names = [
            f"{strategy} {kind} {size + (10 if kind == 'single' else 0)}"
            for kind in ("zero", "single") for strategy in ("random", "badge", "npc")
        ]  # fmt: skip
        chosen = [
            [np.array(a[n]) + 10_000 * r for r, a in enumerate(found)] for n in names
        ]
        answer[str(size)] = {
            "names": [n.rpartition(" ")[0] for n in names],
            "overlap": chosen_overlap(chosen).round(3).tolist(),
        }
    return answer


def average(found, path):
    """Return mean, deviation and values of an entry of every answer."""
    values = [a[path[0]][path[1]] for a in found]
    return {
        "mean": round(float(np.mean(values)), 4),
        "deviation": round(float(np.std(values, ddof=1)), 4),
        "values": values,
    }


def spread_of(found):
    """Return the deviations within equal labels, both ways, over the sets of labels."""
    answer = {}
    for size in ("10", "30", "70"):
        row = {"sets": len(found)}
        each = {
            kind: np.std([a[size][kind] for a in found], axis=1, ddof=1)
            for kind in ("ssl", "sl")
        }
        for kind, deviations in each.items():
            row[kind] = {
                "pooled": round(float(np.sqrt(np.mean(deviations**2))), 4),
                "median": round(float(np.median(deviations)), 4),
                "largest": round(float(deviations.max()), 4),
                "mean": round(float(np.mean([a[size][kind] for a in found])), 4),
            }
        answer[size] = row | {
            "ratio": round(row["ssl"]["pooled"] / row["sl"]["pooled"], 2),
            "larger": int((each["ssl"] > each["sl"]).sum()),
            "p": round(float(wilcoxon(each["ssl"], each["sl"]).pvalue), 3),
        }
    return answer


def shots_of(found):
    """Return accuracies after one query, and paired tests with Holm's correction.

    `kinds`: a random network against a trained one, the same strategy and labels in
    all. `leads`: a strategy against random labels, the same kind of query.
    """
    cells = [name for name in found[0] if isinstance(found[0][name], dict)]
    answer = {"seeds": len(found)} | {
        f"{cell} {entry}": average(found, (cell, entry))
        for cell in cells for entry in ("ssl", "classes")
    }  # fmt: skip
    pairs = {
        "kinds": [
            (f"{strategy} zero {size}", f"{strategy} single {size}")
            for strategy in ("random", "badge", "npc") for size in (40, 60)
        ],
        "leads": [
            (cell, f"random {cell.partition(' ')[2]}")
            for cell in cells if not cell.startswith("random")
        ],
    }  # fmt: skip
    for family, rows in pairs.items():
        tests = [
            pairwise_wins([[a[cell]["ssl"] for a in found] for cell in pair])
            for pair in rows
        ]
        corrected = holm([test.p_values[0, 1] for test in tests])
        answer[family] = {
            first: {"lead": round(float(test.differences[0, 1]), 4), "p": round(p, 4)}
            for (first, _), test, p in zip(rows, tests, corrected.tolist(), strict=True)
        }
        answer[family]["smallest_p"] = round(float(corrected.min()), 3)
    return answer


def eigen_of(found):
    """Return mean eigenvalues and accuracies by rank, and rank correlations."""
    names = [n for n in found[0] if n != "seconds"]
    rows = {
        WORDS.get(n, n): {
            k: average(found, (n, k)) for k in ("smallest", "largest", "ssl", "sl")
        }
        for n in names
    }
    return {
        "rows": rows,
        "correlation": {
            kind: round(float(np.mean([
                spearman([[a[n]["smallest"] for n in names],
                          [a[n][kind] for n in names]]) for a in found
            ])), 3)
            for kind in ("ssl", "sl")
        },
    }  # fmt: skip


def collect(journal):
    """Save what the journal holds."""
    records = [json.loads(line) for line in journal.read_text("utf-8").splitlines()]
    parts = {}
    for record in records:
        task, answer = record["task"], record["answer"]
        name = task["part"]
        if name == "curve":
            name = task["data"] + (f"_{task['steps']}" if task.get("steps") else "")
        parts.setdefault(name, {}).setdefault(task["seed"], {}).update(answer)
    parts = {
        n: [rows[s] for s in sorted(rows)] for n, rows in parts.items() if len(rows) > 1
    }
    results = {"labels": [10, *BUDGETS], "cut": CUT, "curves": {}}
    for name, found in parts.items():
        if name.partition("_")[0] in SIDE:
            strategies = [
                s for s in (*STRATEGIES, *MORE) if all(s in answer for answer in found)
            ]
            data, _, steps = name.partition("_")
            results["curves"][name] = {
                "steps": int(steps or STEPS[data]),
                **curves_of(found, strategies),
            }
    late = {
        name: {row["strategy"]: np.mean(row["ssl"][1:]) for row in curve["rows"]}
        for name, curve in results["curves"].items()
    }
    pairs = {"digits_200": "digits", "small": "digits", "mnist": "mnist_800",
             "mnist_800": "digits"}  # fmt: skip
    results["same_order"] = {}
    for name, other in pairs.items():
        if name in late and other in late:
            both = [s for s in late[name] if s in late[other]]
            results["same_order"][name] = spearman(
                [[late[n][s] for s in both] for n in (other, name)]
            )
    if "picks" in parts:
        results["picks"] = picks_of(parts["picks"])
    if "skew" in parts:
        first = parts["skew"][0]
        results["skew"] = {"seeds": len(parts["skew"])} | {
            f"{a} {b}": average(parts["skew"], (a, b))
            for a in first if isinstance(first[a], dict) for b in first[a]
        }  # fmt: skip
    if "shots" in parts:
        results["shots"] = shots_of(parts["shots"])
    if "spread" in parts:
        results["spread"] = spread_of(parts["spread"])
    if "eigen" in parts:
        results["eigen"] = eigen_of(parts["eigen"])
    results["processor_seconds"] = round(sum(r["answer"]["seconds"] for r in records))
    seeds = sorted({r["task"]["seed"] for r in records})
    save("semi_supervised", results, seeds=seeds,
         packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


def main():
    """Run what is not in the journal yet, or save what it holds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--part", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--data", nargs="+", default=list(SIDE))
    parser.add_argument("--minutes", type=float, default=np.inf, help="then stop")
    parser.add_argument("--save", action="store_true", help="the journal, as JSON")
    parser.add_argument("--journal", type=Path, default=JOURNAL)
    options = parser.parse_args()
    if options.save:
        collect(options.journal)
        return
    end = time.perf_counter() + 60.0 * options.minutes
    for task in [t for part in options.part for t in PARTS[part]]:
        if task["data"] in options.data:
            if time.perf_counter() > end:
                return
            resume([task], run, options.journal)


if __name__ == "__main__":
    main()

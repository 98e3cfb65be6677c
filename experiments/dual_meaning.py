"""What a predicted dual knows: rank correlations with what it should stand for.

    python -m experiments.dual_meaning

Five seeds each, Spearman's rank correlation.

held out: a network is trained under bounds on 200 samples; its head predicts duals of
    200 more. Their true duals are those of a training on all 400. Beside the head: the
    margin of the same network, which needs no duals, and the loss itself, which needs
    the labels.
badge: the predicted duals of a pool against the length of BADGE's gradients there.
left out: a sample's dual against what leaving it out changes. A linear model at its
    optimum (diabetes, 60 samples): the optimum without the sample's bound, the test
    loss without the sample. A network (digits, 80 samples, full batches, the same
    start): the test loss without the sample.
"""

import time

import numpy as np
from scipy.stats import spearmanr
from sklearn.datasets import load_diabetes

from experiments.ally_learning import REGRESSION, SETTINGS, data_of
from experiments.provenance import save
from experiments.sweep import resume
from reference.acquisition import Mlp, sample_losses
from reference.ally import fit_dual_head
from reference.common import Infeasible, with_bias
from reference.primal_dual import LinearModel, pdcl

SEEDS = list(range(5))
KNOWN, HELD = 200, 200
CAPACITY = [[width] * depth for width in (16, 64, 256) for depth in (1, 3)]


def rank(a, b):
    """Return Spearman's correlation, or None where one side is constant."""
    if np.ptp(a) == 0.0 or np.ptp(b) == 0.0:
        return None
    return round(float(spearmanr(a, b)[0]), 4)


def trained(settings, X, y, seed, epsilon):
    """Return a network trained under bounds from the seed's start."""
    outputs = 1 if settings["data"] in REGRESSION else 10
    model = Mlp(
        (X.shape[1], *settings["hidden"], outputs),
        rng=np.random.default_rng([seed, 2]), batch_size=settings["batch_size"],
        step_size=settings["step_size"],
        task="regression" if outputs == 1 else "classification",
    )  # fmt: skip
    return pdcl(model, X, y, epsilon, rounds=settings["passes"])


def held_out(data, seed, epsilon, hidden=None):
    """Return the correlations of predicted and true duals, and with BADGE's norms."""
    settings = SETTINGS[data] | {"data": data}
    settings["hidden"] = hidden or settings["hidden"]
    X, y, _, X_test, y_test = data_of(
        settings | {"seed": seed}, np.random.default_rng([seed, 1])
    )
    rng = np.random.default_rng([seed, 3])
    chosen = rng.permutation(len(X))[: KNOWN + HELD]
    few, new = chosen[:KNOWN], chosen[KNOWN:]
    answer = trained(settings, X[few], y[few], seed, epsilon)
    truth = trained(settings, X[chosen], y[chosen], seed, epsilon).duals[KNOWN:]
    model = answer.model
    known, there = model.embed(X[few]), model.embed(X[new])
    found = {"positive": round(float((answer.duals > 0).mean()), 4)}
    for name, widths in (("head", (64,) * 5), ("linear head", ())):
        head = fit_dual_head(
            known, answer.duals, hidden=widths, rng=np.random.default_rng([seed, 4])
        )
        found[name] = rank(head.scores(there), truth)
        if name == "head":
            guessed = head.scores(there)
    losses, _ = sample_losses(model.outputs(X[new]), y[new], task=model.task)
    found["loss"] = rank(losses, truth)
    found["head and loss"] = rank(guessed, losses)
    if model.task == "regression":
        return found
    p = model.predict_proba(X[new])
    two = np.sort(p, axis=1)[:, -2:]
    found["margin"] = rank(two[:, 0] - two[:, 1], truth)
    p[np.arange(len(p)), p.argmax(axis=1)] -= 1.0
    norms = np.linalg.norm(p, axis=1) * np.linalg.norm(with_bias(there), axis=1)
    found["badge"] = rank(norms, truth)
    found["head and badge"] = rank(guessed, norms)
    found["accuracy"] = round(float((model.predict(X_test) == y_test).mean()), 4)
    return found


def left_out_linear(seed):
    """Return correlations at the optimum of a linear model under bounds."""
    features, course = load_diabetes(return_X_y=True)
    X, y = with_bias(features), (course - course.mean()) / course.std()
    order = np.random.default_rng([seed, 1]).permutation(len(y))
    few, test = order[:60], order[60:]
    X_few, y_few = X[few], y[few]
    model = LinearModel(reg=1e-3)
    free = pdcl(model, X_few, y_few, 1e6)
    bound = (free.slacks + 1e6).max()
    while True:  # the smallest bound, in steps of two hundredths
        try:
            tied = pdcl(model, X_few, y_few, 0.98 * bound)
        except (Infeasible, ValueError):
            break
        bound *= 0.98
    tied = pdcl(model, X_few, y_few, bound)

    def test_loss(answer):
        return 0.5 * float(((answer.model(X[test]) - y[test]) ** 2).mean())

    base, gains, moves = test_loss(tied), [], []
    for i in range(60):
        open_end = np.where(np.arange(60) == i, 1e6, bound)
        loose = pdcl(model, X_few, y_few, open_end).objective
        gains.append(round(tied.objective - loose, 6))  # the rest is rounding
        rest = np.arange(60) != i
        moves.append(
            abs(test_loss(pdcl(model, X_few[rest], y_few[rest], bound)) - base)
        )
    losses = tied.slacks + bound
    duals = tied.duals.round(4)
    return {
        "positive": round(float((tied.duals > 1e-4).mean()), 4),
        "dual and gain of the optimum": rank(duals, gains),
        "dual and change of the test loss": rank(duals, moves),
        "loss and change of the test loss": rank(losses, moves),
    }


def left_out_network(seed):
    """Return correlations for a network with full batches and one start."""
    settings = SETTINGS["digits"] | {"data": "digits", "batch_size": 1000}
    X, y, _, X_test, y_test = data_of(
        settings | {"seed": seed}, np.random.default_rng([seed, 1])
    )
    few = np.random.default_rng([seed, 3]).permutation(len(X))[:80]
    X, y = X[few], y[few]

    def test_loss(answer):
        return float(sample_losses(answer.model.outputs(X_test), y_test)[0].mean())

    whole = trained(settings, X, y, seed, 0.05)
    base, signed = test_loss(whole), []
    for i in range(80):
        rest = np.arange(80) != i
        signed.append(test_loss(trained(settings, X[rest], y[rest], seed, 0.05)) - base)
    losses = whole.slacks + 0.05
    return {
        "dual and change of the test loss": rank(whole.duals, np.abs(signed)),
        "dual and worth of the sample": rank(whole.duals, signed),
        "loss and change of the test loss": rank(losses, np.abs(signed)),
    }


def study(what, seed, **others):
    """Return the correlations of one study with one seed, and its seconds."""
    began = time.process_time()
    functions = {"held out": held_out, "linear": left_out_linear,
                 "network": left_out_network}  # fmt: skip
    found = functions[what](seed=seed, **others)
    return found | {"seconds": round(time.process_time() - began, 2)}


def main():
    """Run what is not in the journal yet and save the means and all seeds."""
    rows = {}
    for data, bounds in (
        ("digits", (0.02, 0.2)), ("mnist", (0.02, 0.2)), ("subjects", (0.05,)),
        ("rows", (0.05,)),
    ):  # fmt: skip
        for epsilon in bounds:
            name = f"{data}, {epsilon}".replace(".", "·")  # dots part paths of pages
            rows[name] = {"data": data, "epsilon": epsilon}
    for hidden in CAPACITY:
        rows[f"capacity, {hidden[0]} x {len(hidden)}"] = {
            "data": "digits", "epsilon": 0.02, "hidden": hidden,
        }  # fmt: skip
    rows = {name: {"what": "held out"} | row for name, row in rows.items()}
    rows |= {"left out, linear": {"what": "linear"},
             "left out, network": {"what": "network"}}  # fmt: skip
    tasks = [row | {"seed": seed} for row in rows.values() for seed in SEEDS]
    answers = iter(resume(tasks, study, "work/dual_meaning.jsonl"))
    results, seconds = {}, 0.0
    for name in rows:
        seeds = [next(answers) for _ in SEEDS]
        seconds += sum(a["seconds"] for a in seeds)
        results[name] = {}
        for key in seeds[0]:
            values = [a[key] for a in seeds]
            known = [v for v in values if v is not None]
            results[name][key] = {
                "mean": round(float(np.mean(known)), 3) if known else None,
                "seeds": values,
            }
        print(name, {k: v["mean"] for k, v in results[name].items()})
    save("dual_meaning", results | {"processor_seconds": round(seconds)}, seeds=SEEDS,
         packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


if __name__ == "__main__":
    main()

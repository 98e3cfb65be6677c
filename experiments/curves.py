"""What the learning-curve experiments share: grouping, comparison, saving."""

import numpy as np
from scipy.stats import ttest_1samp

from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.acquisition import holm

FIELDS = ("centre", "final", "test")  # scores of a network, by labels bought


def collect(rows, seeds, name, function, jobs):
    """Return {row: {field: values by seed}}; runs the tasks that the journal lacks.

    `rows` are {name: task without a seed}.
    """
    tasks = [task | {"seed": seed} for task in rows.values() for seed in seeds]
    answers, failed = sweep(
        tasks, f"experiments.active:{function}", f"work/{name}_{function}.jsonl",
        jobs=jobs,
    )  # fmt: skip
    if failed:
        raise SystemExit("\n".join(f"{k}: {e!r}" for k, e in failed.items()))
    found = {}
    for row, task in rows.items():
        here = [answers[key_of(task | {"seed": seed})] for seed in seeds]
        found[row] = {field: [rounded(a[field]) for a in here] for field in here[0]}
    return found


def rounded(value):
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return round(value, 4) if isinstance(value, float) else value


def comparisons(found, extra=(), better=np.asarray):
    """Return {"row, field > row, field": differences of area, wins, losses, p}.

    Every row against "random", every "model, strategy" against "model, random", with
    the same field; and the pairs of (row, field) in `extra`. The area is the mean of
    the curve over the labels that both have (the last ones), after `better`, which
    makes more better; p is that of a paired t test over seeds, by Holm's correction for
    all pairs here.
    """
    pairs = list(extra)
    for row, columns in found.items():
        model = row.partition(", ")[0]
        rival = f"{model}, random" if f"{model}, random" in found else "random"
        for field in FIELDS:
            if row != rival and field in columns and field in found.get(rival, ()):
                pairs.append(((row, field), (rival, field)))
    result, p_values = {}, []
    for pair in pairs:
        ours, theirs = (better(np.array(found[row][field])) for row, field in pair)
        common = min(ours.shape[1], theirs.shape[1])
        difference = (ours[:, -common:] - theirs[:, -common:]).mean(axis=1)
        same = np.ptp(difference) < 1e-12
        p_values.append(1.0 if same else float(ttest_1samp(difference, 0.0).pvalue))
        result[" > ".join(", ".join(side) for side in pair)] = {
            "difference": round(float(difference.mean()), 4),
            "wins": int((difference > 0).sum()),
            "losses": int((difference < 0).sum()),
        }
    adjusted = holm(p_values) if p_values else []
    for entry, p in zip(result.values(), adjusted, strict=True):
        entry["p"] = float(f"{p:.2g}")
    return result


def table(found, labels, fields=FIELDS):
    """Return lines: the mean curve of every row, with the standard deviation."""
    lines = ["labels: " + "  ".join(f"{k:>9}" for k in labels)]
    for row, columns in found.items():
        for field in fields:
            if field in columns:
                values = np.array(columns[field], dtype=float)
                cells = [
                    f"{m:.3f}±{s:.3f}"[:11]
                    for m, s in zip(
                        values.mean(axis=0), values.std(axis=0, ddof=1), strict=True
                    )
                ]
                lines.append(f"{row}, {field}: " + "  ".join(cells))
    return lines


def report(name, found, labels, settings, extra=(), better=np.asarray, **more):
    """Print the curves and comparisons of one data set; return them as results."""
    compared = comparisons(found, extra, better)
    print(f"--- {name}", *table(found, labels), sep="\n")
    for pair, entry in compared.items():
        print(pair, entry)
    spent = sum(sum(columns["seconds"]) for columns in found.values())
    more["processor_seconds"] = round(spent, 1)
    return {"labels": labels, "settings": settings, "rows": found,
            "comparisons": compared} | more  # fmt: skip


def finish(name, results, seeds, packages=("numpy", "scipy", "scikit-learn")):
    """Save results of at least five seeds; fewer are a trial."""
    if len(seeds) >= 5:
        save(name, results, seeds=list(seeds), packages=packages)
    else:
        print("fewer than five seeds: nothing saved under experiments/results")

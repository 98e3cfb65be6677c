"""The tables of the NPC paper and ALLY's CIFAR-10 figure, by a reduced protocol.

    python -m experiments.cifar_tables 1 --seeds 3
    python -m experiments.cifar_tables 2 --seeds 3
    python -m experiments.cifar_tables 3 --seeds 3
    python -m experiments.cifar_tables ally --seeds 5

Needs torch, a GPU with 16 GB, and the published images (not those of a JPEG file, if
accuracies are to be compared). What is reduced stands in the configurations, in
experiments/configs/cifar_scale, and in the file that is written; `python -m
reference.cifar_scale.train --config NAME --measure 50` says beforehand how long a round
will take. Killed, it goes on where it was.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np

from experiments.provenance import save
from experiments.sweep import resume
from reference.cifar_scale import read_settings, run_experiment

CONFIGS = Path(__file__).parent / "configs/cifar_scale"
FREE = 1e6  # a bound on the losses that none exceeds: plain Adam
SEMI = ["random", "margin", "albl", "badge", "npc"]
TABLES = {
    "1": [("npc_cifar10", {"strategy": s}) for s in SEMI],
    "2": [("npc_cifar100", {"strategy": s}) for s in SEMI],
    "3": [
        ("npc_cifar10",
         {"strategy": s, "query": q, "budget": 10 + q, "untrained_start": zero})
        for zero in (True, False) for q in (30, 50) for s in ("badge", "npc")
    ],
    "ally": [
        ("ally_cifar10", {"strategy": s, "epsilon": e, "query": q, "budget": b})
        for q, b in ((200, 2000), (1000, 6200))
        for s, e in (("ally", 0.2), ("random", 0.2), ("badge", 0.2), ("random", FREE),
                     ("badge", FREE), ("entropy", FREE), ("k_center", FREE))
    ],
}  # fmt: skip


def run(config, changes, seed):
    """Return the learning curve of one strategy with one seed."""
    settings = replace(read_settings(CONFIGS / f"{config}.toml"), **changes, seed=seed)
    name = "-".join(str(v) for v in changes.values())
    result = run_experiment(
        settings, Path("work/cifar_tables") / f"{config}-{name}-{seed}"
    )
    kept = ("data", "labels", "accuracy", "queried", "device", "seconds")
    return {key: result[key] for key in kept} | {"settings": result["settings"]}


def main():
    """Run what is not in the journal yet, then save one file for the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("table", choices=list(TABLES))
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    seeds = list(range(options.seeds))
    tasks = [
        {"config": config, "changes": changes, "seed": seed}
        for seed in seeds
        for config, changes in TABLES[options.table]
    ]
    answers = resume(tasks, run, f"work/cifar_table_{options.table}.jsonl")
    rows = []
    for config, changes in TABLES[options.table]:
        mine = [a for t, a in zip(tasks, answers, strict=True)
                if (t["config"], t["changes"]) == (config, changes)]  # fmt: skip
        curves = 100.0 * np.array([a["accuracy"] for a in mine])
        rows.append(
            changes
            | {
                "labels": mine[0]["labels"],
                "mean": curves.mean(axis=0).round(2).tolist(),
                "deviation": curves.std(axis=0, ddof=min(1, len(mine) - 1))
                .round(2)
                .tolist(),
            }
        )
        print(rows[-1])
    records = [t | a for t, a in zip(tasks, answers, strict=True)]
    save(f"cifar_table_{options.table}", {"rows": rows, "records": records},
         seeds=seeds, packages=("numpy", "scipy", "torch"))  # fmt: skip


if __name__ == "__main__":
    main()

"""ALLY and NPC against random labels and BADGE on images, as a processor can do it.

    python -m experiments.narrow_images

A narrow residual network (WRN-10-1 with 8, 8, 16 and 32 channels, 16 x 16 pixels), a
pool of 5,000 images of four classes, 1,000 test images. 20 labels at the start, evenly
from the classes, the same for all strategies of a seed; twice 20 more. Networks are
trained by FixMatch (random, BADGE, NPC) or under bounds (random, BADGE, ALLY), anew in
each round. What this cannot show is on the page: it is no reproduction of a table.
"""

import shutil
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch

from companion_data.vision import image_data
from experiments.provenance import save
from experiments.sweep import resume
from reference.acquisition import curve_area, holm, pairwise_wins
from reference.cifar_scale import FixMatch, Settings, run_experiment

SEEDS = 5
ARMS = [
    ("fixmatch", "random"), ("fixmatch", "badge"), ("fixmatch", "npc"),
    ("pdcl", "random"), ("pdcl", "badge"), ("pdcl", "ally"),
]  # fmt: skip
PLAN = Settings(
    classes=[0, 1, 3, 7], pool=5000, test=1000, shrink=2, depth=10, widen=1, base=8,
    initial=20, query=20, budget=60, device="cpu", epsilon=0.3, rounds=60,
    dual_rate=0.05, sketch=1024, considered=400, candidates=500,
    fixmatch=FixMatch(steps=250, batch=16, ratio=3, average=0.97),
)  # fmt: skip


@cache
def images():
    """Return the images, read once for all runs."""
    return image_data(PLAN.data, PLAN.classes)


def run(trainer, strategy, seed):
    """Return the learning curve of a strategy with a trainer, and what was bought."""
    torch.set_num_threads(1)
    folder = Path("work/narrow_images") / f"{trainer}-{strategy}-{seed}"
    began = time.process_time()
    settings = replace(PLAN, trainer=trainer, strategy=strategy, seed=seed)
    result = run_experiment(settings, folder, data=images())
    shutil.rmtree(folder)  # its checkpoints have served
    kept = ("data", "labels", "accuracy", "queried")
    used = round(time.process_time() - began, 1)
    return {key: result[key] for key in kept} | {"processor_seconds": used}


def summary(records):
    """Return means, spreads, areas, and each arm against random of its trainer."""
    rows, leads = [], []
    for trainer, strategy in ARMS:
        mine = [
            r for r in records if (r["trainer"], r["strategy"]) == (trainer, strategy)
        ]
        curves = np.array([r["accuracy"] for r in mine])
        areas = [curve_area(mine[0]["labels"], curve) for curve in curves]
        rows.append(
            {
                "trainer": trainer,
                "strategy": strategy,
                "labels": mine[0]["labels"],
                "mean": curves.mean(axis=0).round(4).tolist(),
                "deviation": curves.std(axis=0, ddof=1).round(4).tolist(),
                "area": np.round(areas, 4).tolist(),
            }
        )
    random = {row["trainer"]: row for row in rows if row["strategy"] == "random"}
    for row in rows:
        if row["strategy"] != "random":
            two = np.array([random[row["trainer"]]["area"], row["area"]])
            row["lead_over_random"] = round(float((two[1] - two[0]).mean()), 4)
            leads.append((row, float(pairwise_wins(two).p_values[0, 1])))
    for (row, _), p in zip(leads, holm([p for _, p in leads]), strict=True):
        row["p_against_random"] = round(float(p), 4)
    return rows


def main():
    """Run what is not in the journal yet, then save."""
    tasks = [
        {"trainer": trainer, "strategy": strategy, "seed": seed}
        for seed in range(SEEDS)
        for trainer, strategy in ARMS
    ]
    answers = resume(tasks, run, "work/narrow_images.jsonl")
    records = [task | answer for task, answer in zip(tasks, answers, strict=True)]
    rows = summary(records)
    for row in rows:
        print(row["trainer"], row["strategy"], row["mean"], row.get("p_against_random"))
    results = {
        "data": records[0]["data"],
        "cut": "four classes, 16 x 16 pixels, 250 steps a round where the papers' "
        "recipe has a million, WRN-10-1 of width 32, three rounds, five seeds",
        "rows": rows,
        "records": records,
        "processor_seconds": round(sum(r["processor_seconds"] for r in records)),
    }
    save("narrow_images", results, seeds=list(range(SEEDS)),
         packages=("numpy", "scipy", "torch"))  # fmt: skip


if __name__ == "__main__":
    main()

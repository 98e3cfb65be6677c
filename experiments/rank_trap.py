"""What the last layer's kernel says beyond its rank: rounding, and nothing else.

    python -m experiments.rank_trap

The setting of NPC's CIFAR-100 table, as far as its scores are concerned (labels do not
enter them): 300 labelled images, candidates of 200, embeddings of 128 entries from a
residual network that was trained for a while. Scores of every candidate in float32 and
float64, their ranks, the batches that they choose, and the same with the sketched
kernel of all parameters. COMPANION_DATA names the folder with the images; the network
is WRN-10-2, as wide as WRN-28-2 and with fewer blocks, so that a processor can do it.
"""

import time
from functools import cache

import numpy as np
import torch
from scipy.stats import spearmanr

from companion_data.vision import image_data
from experiments.provenance import save
from experiments.sweep import resume
from reference.cifar_scale import (
    FixMatch,
    build_network,
    gradient_sketch,
    train_fixmatch,
)
from reference.cifar_scale.augment import unit

SEEDS = 5
POOL, LABELED, QUERY, CANDIDATES = 900, 300, 200, 200
KERNELS = ("last", "whole")
STEPS, TRAINED_ON, SKETCH = 300, 2000, 2048


def features():
    """Return embeddings (n, 128) and a sketched factor (n, k) of a trained network."""
    data = image_data("cifar10")
    rng = np.random.default_rng(18)
    part = rng.permutation(len(data.X_train))[:TRAINED_ON]
    images = torch.as_tensor(data.X_train[part]).permute(0, 3, 1, 2).contiguous()
    settings = FixMatch(steps=STEPS, batch=16, ratio=0, average=0.95)
    trained = train_fixmatch(
        build_network(10, 2, 10), images, torch.arange(TRAINED_ON),
        torch.as_tensor(data.y_train[part]), settings,
    )  # fmt: skip
    with torch.no_grad():
        answers = trained.network(unit(images[:500])).argmax(1).numpy()
        embedded = torch.cat(
            [trained.network.embed(unit(x))[:, 0] for x in images[:POOL].split(100)]
        )
    right = float((answers == data.y_train[part[:500]]).mean())
    factor = gradient_sketch(trained.network, images[:POOL], 1, length=SKETCH, chunk=8)
    return embedded.numpy(), factor.numpy(), right, data.source


def smallest(gram, rows, dtype):
    """Return the smallest eigenvalue of a part of the Gram matrix, in a precision."""
    return float(np.linalg.eigvalsh(gram[np.ix_(rows, rows)].astype(dtype))[0])


def compared(gram, labeled, batches):
    """Return ranks and choices of the candidates in both precisions."""
    scores = {
        dtype: np.array(
            [smallest(gram, np.concatenate([labeled, b]), dtype) for b in batches]
        )
        for dtype in (np.float32, np.float64)
    }
    single, double = scores[np.float32], scores[np.float64]
    chosen = [set(batches[int(s.argmax())].tolist()) for s in (single, double)]
    return {
        "spearman": float(spearmanr(single, double).statistic),
        "same_choice": bool(single.argmax() == double.argmax()),
        "overlap": len(chosen[0] & chosen[1]) / len(chosen[0] | chosen[1]),
        "largest": float(double.max()),
        "median": float(np.median(double)),
        "largest_eigenvalue": float(
            np.linalg.eigvalsh(gram[np.ix_(labeled, labeled)])[-1]
        ),
        "place_of_single": float((double > double[single.argmax()]).mean()),
        "scores": [
            [float(f"{v:.5g}") for v in pair]
            for pair in zip(single, double, strict=True)
        ],
    }


@cache
def kernels():
    """Return the last layer's kernel and the sketched one, made once for all seeds."""
    began = time.process_time()
    embedded, factor, right, source = features()
    ones = np.hstack([embedded, np.ones((POOL, 1), np.float32)]).astype(float)
    return {
        "last": 10.0 * ones @ ones.T,
        "whole": factor @ factor.T,
        "right": right,
        "source": source,
        "made": time.process_time() - began,
    }


def run(seed):
    """Return the comparison for one draw of labelled images and candidates."""
    known = kernels()
    began = time.process_time()
    rng = np.random.default_rng([seed, 2])
    order = rng.permutation(POOL)
    labeled, pool = order[:LABELED], order[LABELED:]
    batches = [rng.permutation(pool)[:QUERY] for _ in range(CANDIDATES)]
    overlaps = [
        len(set(a.tolist()) & set(b.tolist())) / len(set(a.tolist()) | set(b.tolist()))
        for a, b in zip(batches[::2], batches[1::2], strict=True)
    ]
    sizes = np.linalg.eigvalsh(known["last"])
    found = {name: compared(known[name], labeled, batches) for name in KERNELS}
    for comparison in found.values():
        if seed > 0:  # the scores themselves are for one picture
            del comparison["scores"]
    return found | {
        "random_overlap": float(np.mean(overlaps)),
        "rank": int((sizes > 1e-10 * sizes[-1]).sum()),
        "trained_accuracy": known["right"],
        "data": known["source"],
        "seconds": round(time.process_time() - began, 1),
        "seconds_of_features": round(known["made"], 1),
    }


def main():
    """Run the seeds that are not in the journal yet, and save them."""
    torch.set_num_threads(1)
    tasks = [{"seed": seed} for seed in range(SEEDS)]
    records = resume(tasks, run, "work/rank_trap.jsonl")
    results = {
        "protocol": "WRN-10-2, 32 x 32, briefly trained on 2,000 images, labels of 10 "
        "classes; 300 labelled, pool of 600, 200 candidates of 200 (the paper: "
        "WRN-28-2 after semi-supervised training, CIFAR-100, 1,000 candidates or more)",
        "same_choices": {
            name: sum(r[name]["same_choice"] for r in records) for name in KERNELS
        },
        "records": records,
    }
    for r in records:
        print({k: (round(v["spearman"], 3), v["overlap"]) for k, v in r.items()
               if isinstance(v, dict)}, r["random_overlap"], r["rank"])  # fmt: skip
    save("rank_trap", results, seeds=list(range(SEEDS)),
         packages=("numpy", "scipy", "torch"))  # fmt: skip


if __name__ == "__main__":
    main()

"""What three trials each can tell: Welch's test on the published tables of NPC.

    python -m experiments.three_trials

Accuracy in per cent, mean and standard deviation of three trials, as printed by Kong,
Jeon, Na, Lee, Lee and Jung (2022), tables 1 to 3.
"""

import numpy as np

from experiments.provenance import save
from reference.acquisition import holm
from reference.semi_supervised import welch

TRIALS = 3
PUBLISHED = {
    "table_1": {
        "start": 57.64,
        "labels": [30, 50, 70],
        "Passive": [[78.08, 5.48], [91.82, 2.30], [91.00, 2.78]],
        "Margin": [[87.36, 5.01], [90.85, 3.64], [90.85, 3.64]],
        "ALBL": [[80.61, 12.5], [89.62, 6.66], [94.45, 0.20]],
        "BADGE": [[80.60, 4.46], [86.43, 1.22], [80.32, 7.76]],
        "NPC": [[85.09, 9.61], [94.63, 0.07], [94.85, 0.02]],
    },
    "table_2": {
        "start": 21.29,
        "labels": [300, 500, 700, 900],
        "Passive": [[37.98, 1.89], [47.11, 1.41], [52.69, 1.16], [57.97, 1.43]],
        "Margin": [[37.41, 1.22], [48.21, 3.76], [52.53, 0.75], [57.03, 0.39]],
        "ALBL": [[39.05, 0.62], [49.88, 0.92], [54.23, 1.78], [56.65, 0.86]],
        "BADGE": [[24.55, 1.13], [25.21, 1.86], [28.03, 1.74], [29.81, 1.72]],
        "NPC": [[40.92, 1.65], [48.16, 0.77], [55.76, 1.45], [58.58, 0.52]],
    },
    "table_3": {
        "labels": [40, 60],
        "BADGE zero": [[92.13, 3.24], [94.42, 0.41]],
        "NPC zero": [[93.14, 1.42], [93.16, 2.34]],
        "BADGE single": [[86.70, 5.42], [70.28, 13.22]],
        "NPC single": [[92.26, 3.26], [93.76, 0.58]],
    },
}


def compare(first, second):
    """Return Welch's test of two rows, cell by cell."""
    first, second = np.array(first), np.array(second)
    found = welch(*first.T, TRIALS, *second.T, TRIALS)
    return {
        "lead": (first[:, 0] - second[:, 0]).round(2).tolist(),
        "p": found.p_values.round(4).tolist(),
        "needed": found.needed.round(2).tolist(),
    }


def main():
    """Compare every row with random labels, and BADGE with NPC in table 3."""
    leads = {}
    for name in ("table_1", "table_2"):
        rows = PUBLISHED[name]
        leads[name] = {
            s: compare(rows[s], rows["Passive"])
            for s in ("Margin", "ALBL", "BADGE", "NPC")
        }
    rows = PUBLISHED["table_3"]
    leads["table_3"] = {
        kind: compare(rows[f"NPC {kind}"], rows[f"BADGE {kind}"])
        for kind in ("zero", "single")
    }
    npc = [p for t in ("table_1", "table_2") for p in leads[t]["NPC"]["p"]]
    every = [p for table in leads.values() for row in table.values() for p in row["p"]]
    adjusted = holm(every)
    results = {
        "published": PUBLISHED,
        "leads": leads,
        "npc_small_p": sum(p < 0.05 for p in npc),
        "npc_smallest_after_holm": round(float(holm(npc).min()), 3),
        "all": len(every),
        "all_small_p": sum(p < 0.05 for p in every),
        "all_small_p_after_holm": int((adjusted < 0.05).sum()),
    }
    save("three_trials", results, seeds=[])


if __name__ == "__main__":
    main()

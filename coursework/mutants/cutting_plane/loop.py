"""Plausible mistakes in the loop and its accounts."""

from coursework.mutants import Mutant

ACTIVE, REAL, TRAIN = "active_learn", "active_learn_regression", "train"
SYNTH = "synthesize_queries"

MUTANTS = [
    Mutant(
        ACTIVE,
        "one label less than the budget",
        "while len(bought.index) < budget:",
        "while len(bought.index) < budget - 1:",
    ),
    Mutant(
        ACTIVE,
        "a round may exceed the budget",
        "for i in picks[: budget - len(bought.index)]:",
        "for i in picks:",
    ),
    Mutant(
        ACTIVE,
        "right labels are free: counts cuts",
        "        bought.index.copy(),\n        len(bought.index),",
        "        known.index.copy(),\n        len(known.index),",
    ),
    Mutant(
        ACTIVE,
        "cuts on mistakes only, always",
        'if wrong or rules.cut_on == "labels":',
        "if wrong:",
    ),
    Mutant(
        ACTIVE,
        "cuts on all labels, always",
        'if wrong or rules.cut_on == "labels":',
        "if True:",
    ),
    Mutant(
        ACTIVE,
        "the centre before the last label",
        "    last = points[-1]\n",
        "    last = points[-2] if points[1:] else points[-1]\n",
    ),
    Mutant(
        ACTIVE,
        "initial labels are bought last",
        "picks = initial if len(initial) > len(bought.index) else None",
        "picks = None",
    ),
    Mutant(
        ACTIVE,
        "records the output after the label",
        "new.append((int(i), y, float(point.outputs[i]), wrong))",
        "new.append((int(i), y, y * abs(float(point.outputs[i])), wrong))",
    ),
    Mutant(
        ACTIVE,
        "records the centre before",
        "len(points) - 1, point.radius",
        "len(points) - 2, point.radius",
    ),
    Mutant(
        ACTIVE,
        "cuts with the sign of the half-space",
        "ReluCuts(X[known.at], -known.signs, known.offsets)",
        "ReluCuts(X[known.at], known.signs, known.offsets)",
    ),
    Mutant(
        ACTIVE,
        "network_after counts rounds",
        "which = self.history[labels - 1].center if labels else 0",
        "which = labels",
    ),
    Mutant(
        ACTIVE,
        "network_after forgets the start",
        "which = self.history[labels - 1].center if labels else 0",
        "which = self.history[labels - 1].center",
    ),
    Mutant(
        REAL,
        "no recentring after a label",
        "        point = _centre(model, known, rules, point)\n",
        "",
    ),
    Mutant(
        REAL,
        "a cut for each label only",
        "known = known.with_label(i, y, cuts)",
        "known = known.with_label(i, y, cuts[:1])",
    ),
    Mutant(
        TRAIN,
        "never stops",
        "        if not len(picks):\n            break\n",
        "        if not len(picks):\n            picks = [0]\n",
    ),
    Mutant(
        SYNTH,
        "an output of another input",
        "point = replace(point, outputs=model.outputs(point.theta))",
        "point = replace(point, outputs=np.append(point.outputs, 0.0))",
    ),
]

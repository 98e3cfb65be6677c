"""Plausible mistakes in gradient descent on networks."""

from coursework.mutants import Mutant

F = "descend_ntk_network"

MUTANTS = [
    Mutant(F, "goes up", "W - step * (A.T", "W + step * (A.T"),
    Mutant(F, "the squared error without ½", "W - step * (A.T", "W - 2 * step * (A.T"),
    Mutant(F, "the mean over samples", "W - step * (A.T", "W - step / len(y) * (A.T"),
    Mutant(F, "forgets the targets", "(f - y)[:, None]", "f[:, None]"),
    Mutant(F, "trains the last layer only", "        moved.append(W - step",
           "        moved.append(W if W.shape[1] > 1 else W - step"),
    Mutant(F, "changes the start", "moved.append(W - step * (A.T @ (B * (f - y)[:, "
           "None])))", "W -= step * (A.T @ (B * (f - y)[:, None]))\n        "
           "moved.append(W)"),
    Mutant(F, "forgets the start in the record",
           "outputs = [passage[0]]",
           "outputs = [0.0 * y]"),
    Mutant(F, "returns the start", "        network = moved\n", ""),
    Mutant(F, "never calls back", "if callback is not None:\n            callback",
           "if callback is None:\n            pass\n        if False:\n            "
           "callback"),
    Mutant(F, "infinite outputs pass", "if not np.isfinite(passage[0]).all():",
           "if False:"),
    Mutant(F, "the state is the last one", "network,\n            )\n",
           "moved,\n            )\n"),
]  # fmt: skip

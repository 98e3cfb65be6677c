"""Plausible mistakes in the primal-dual training of a network."""

from coursework.mutants import Mutant

F = "pdcl"

MUTANTS = [
    Mutant(F, "weights λ instead of 1 + λ", "weights = 1.0 + duals",
           "weights = duals + 1e-9"),
    Mutant(F, "the gradient of the sum", "slope /= len(part)", "slope /= len(X)"),
    Mutant(F, "goes on with numbers that are not finite",
           "if not np.isfinite(scores**2).all()", "if False"),
    Mutant(F, "duals of other samples", "y[part], duals[part]",
           "y[part], duals[:len(part)]"),
    Mutant(F, "the last batch is dropped", "np.array_split(model.rng.permutation("
           "len(X)), parts)", "np.array_split(model.rng.permutation(len(X)), parts)"
           "[:max(parts - 1, 1)]"),
    Mutant(F, "duals may be negative", "np.maximum(duals + dual_rate * slacks, 0.0)",
           "duals + dual_rate * slacks"),
    Mutant(F, "one pass a round", "range(primal_steps)", "range(1)"),
    Mutant(F, "predicts with the last batch's moments", "        model.calibrate(X)\n",
           "        model.calibrate(X[:2])\n"),
    Mutant(F, "the view is not bounded", "X_seen, y_seen = view(model, X, y)",
           "X_seen, y_seen = X, y"),
    Mutant(F, "the view replaces the objective", "slope = model.loss_and_gradient(X, y)"
           "[1]\n", "slope = 0.0 * model.loss_and_gradient(X, y)[1]\n"),
    Mutant(F, "the view is not trained on", "if duals.any():", "if False:"),
    Mutant(F, "counts samples that have room", "np.where(slacks > 0.0, unmet + 1, 0)",
           "np.where(slacks < 0.0, unmet + 1, 0)"),
    Mutant(F, "records the smallest slack", "float(slacks.max())",
           "float(slacks.min())"),
    Mutant(F, "counts rounds that it forgot", "(unmet > rounds // 2)", "(unmet >= 0)"),
]  # fmt: skip

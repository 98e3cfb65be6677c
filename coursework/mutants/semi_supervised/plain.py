"""Plausible mistakes in the turns of DARP and in plain FixMatch."""

from coursework.mutants import Mutant

R = "plain_refine"
F = "plain_fixmatch"

MUTANTS = [
    Mutant(R, "the entropy as the weight", "w = -1.0 / (Q * np.log(Q)).sum(axis=1)",
           "w = -(Q * np.log(Q)).sum(axis=1)"),
    Mutant(R, "weights are ignored", "if weights is None else weights",
           "if weights is None else np.ones(len(Q))"),
    Mutant(R, "columns last", "    R = Q * np.exp(-nu / w[:, None])\n    return R / "
           "R.sum(axis=1, keepdims=True)", "    R = Q * np.exp(-nu / w[:, None])\n"
           "    return R * c / R.sum(axis=0)"),
    Mutant(R, "rows are not made right before the columns",
           "        R /= R.sum(axis=1, keepdims=True)\n        for k", "        for k"),
    Mutant(R, "the change replaces the price", "nu[k] += price", "nu[k] = price"),
    Mutant(R, "prices with the wrong sign", "column * np.exp(-v / w)",
           "column * np.exp(v / w)"),
    Mutant(R, "one factor for all rows", "np.exp(-v / w)).sum()",
           "np.exp(-v / w.mean())).sum()"),
    Mutant(R, "prices without their weights",
           "        R = Q * np.exp(-nu / w[:, None])\n        R /=",
           "        R = Q * np.exp(-nu)\n        R /="),
    Mutant(R, "changes the labels it was given", "        R = Q * np.exp(",
           "        R = Q; R *= np.exp("),
    Mutant(R, "uniform totals", "w, c[k])", "w, len(Q) / len(c))"),
    Mutant(R, "one class is forgotten", "for k in range(len(c)):",
           "for k in range(len(c) - 1):"),
    Mutant(F, "trains the model it was given", "model = copy.deepcopy(model)", "pass"),
    Mutant(F, "answers to strong views", "softmax(model.outputs(weak(U)))",
           "softmax(model.outputs(strong(U)))"),
    Mutant(F, "trains on weak views", "strong(U[sure]), q", "weak(U[sure]), q"),
    Mutant(F, "all answers count", "sure = q.max(axis=1) >= threshold",
           "sure = q.max(axis=1) >= 0.0"),
    Mutant(F, "unsure answers count", "sure = q.max(axis=1) >= threshold",
           "sure = q.max(axis=1) < threshold"),
    Mutant(F, "a mean over the sure ones", "unlabeled_weight / len(U)",
           "unlabeled_weight / sure.sum()"),
    Mutant(F, "the sum of the labelled losses", "np.full(len(X), 1 / len(X))",
           "np.ones(len(X))"),
    Mutant(F, "the weight is forgotten", "unlabeled_weight / len(U)", "1.0 / len(U)"),
    Mutant(F, "the least likely class", "q[sure].argmax(axis=1)",
           "q[sure].argmin(axis=1)"),
    Mutant(F, "labelled samples as they are", "loss_and_gradient(weak(X), y",
           "loss_and_gradient(X, y"),
    Mutant(F, "the pool instead of the labels", "            slope += model",
           "            slope = model"),
]  # fmt: skip

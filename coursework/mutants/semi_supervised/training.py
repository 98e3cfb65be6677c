"""Plausible mistakes in FixMatch."""

from coursework.mutants import Mutant

L, F = "fixmatch_loss", "fixmatch"

MUTANTS = [
    Mutant(L, "only above the threshold", "sure = q.max(axis=1) >= threshold\n    "
           "return", "sure = q.max(axis=1) > threshold\n    return"),
    Mutant(L, "all answers count", "sure = q.max(axis=1) >= threshold\n    return",
           "sure = q.max(axis=1) >= 0.0\n    return"),
    Mutant(L, "a mean over the sure ones", "weight * sure.mean())\n\n\ndef",
           "weight)\n\n\ndef"),
    Mutant(L, "the least likely class", "q.argmax(axis=1)]),", "q.argmin(axis=1)]),"),
    Mutant(L, "the sum of the labelled losses",
           "shares = [np.full(len(X), 1.0 / len(X))", "shares = [np.ones(len(X))"),
    Mutant(L, "one weight for all samples", "np.full(len(q), weight / len(q))]",
           "np.full(len(q), 1.0 / len(X))]"),
    Mutant(L, "without labels when some are sure", "np.full(len(X), 1.0 / len(X)), "
           "np.full(len(q)", "np.full(len(X), 1e-9 / len(X)), np.full(len(q)"),
    Mutant(L, "nothing sure, nothing learnt", "return model.loss_and_gradient(X, y, "
           "np.full(len(X), 1.0 / len(X)))", "return 0.0, np.zeros(len(model.theta))"),
    Mutant(F, "trains the model it was given",
           "model = copy.deepcopy(as_classifier(model))",
           "model = as_classifier(model)"),
    Mutant(F, "a memory without an end", 'low=0.0, high=1.0 - 1e-9)', "low=0.0)"),
    Mutant(F, "the pool is called X", 'as_matrix(X_unlabeled, "X_unlabeled", '
           'columns=d)', 'as_matrix(X_unlabeled, "X", columns=d)'),
    Mutant(F, "trains on weak views", "views.strong(U[pick[sure]], rng)",
           "views.weak(U[pick[sure]], rng)"),
    Mutant(F, "answers to strong views", "q = answers(model, views.weak(U[pick], rng))",
           "q = answers(model, views.strong(U[pick], rng))"),
    Mutant(F, "labelled samples as they are", "seen = views.weak(X[known], rng)",
           "seen = X[known]"),
    Mutant(F, "no average", "average.theta += (1.0 - memory) * model.theta",
           "average.theta[:] = model.theta"),
    Mutant(F, "the memory is long from the start", "min(decay, (1.0 + t) / (10.0 + t))",
           "decay"),
    Mutant(F, "the average is trained", "memory = min(",
           "model.theta[:] = average.theta\n        memory = min("),
    Mutant(F, "strong views of other samples", "U[pick[sure]], rng) if",
           "U[pick[: sure.sum()]], rng) if"),
    Mutant(F, "the weight is forgotten", "strong, weight * sure.mean()",
           "strong, sure.mean()"),
    Mutant(F, "refined answers of other samples", "q = refined[pick]",
           "q = refined[: len(pick)]"),
    Mutant(F, "refines once only", "totals is not None and t % refine_every == 0",
           "totals is not None and t == 0"),
    Mutant(F, "totals are ignored", "q = refined[pick]",
           "q = answers(model, views.weak(U[pick], rng))"),
    Mutant(F, "the last record is missing", "or t + 1 == steps:", "or False:"),
    Mutant(F, "a share of a batch that is counted twice", "used.append(sure.mean())",
           "used.append(2.0 * sure.mean())"),
    Mutant(F, "goes on without a number", "        need_finite(model, loss)\n", ""),
    Mutant(F, "answers without a number", "    need_finite(model, scores)\n", ""),
    Mutant(F, "labels of other samples", "y[known], q[sure]",
           "y[known[::-1]], q[sure]"),
]  # fmt: skip

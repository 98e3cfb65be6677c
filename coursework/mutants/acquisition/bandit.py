"""Plausible mistakes in the bandit over strategies."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "albl_start",
        "p_min without the minimum",
        "min(1.0 / K, np.sqrt(np.log(K) / (K * self.rounds)))",
        "np.sqrt(np.log(K) / (K * self.rounds))",
    ),
    Mutant(
        "albl_start",
        "forgets K",
        "np.log(K) / (K * self.rounds)",
        "np.log(K) / self.rounds",
    ),
    Mutant(
        "albl_start",
        "no uniform arm",
        "low=1) + 1\n",
        "low=1)\n",
    ),
    Mutant(
        "albl_start",
        "one arm is preferred",
        "np.zeros(arms),",
        "np.arange(arms) * 0.1,",
    ),
    Mutant(
        "albl_start",
        "the failure of others",
        ('as_real(failure, "failure", low=0.0, high=1.0, open_low=True)'),
        ('0.05 + 0 * as_real(failure, "failure", low=0.0, high=1.0, open_low=True)'),
    ),
    Mutant(
        "albl_start",
        "no arm has a minimum",
        "w / w.sum() + self.least",
        "w / w.sum() + 0.5 * self.least",
    ),
    Mutant(
        "albl_start",
        "large weights overflow",
        "self.log_weights - self.log_weights.max()",
        "self.log_weights",
    ),
    Mutant(
        "albl",
        "the first arm alone",
        "q = state.probabilities @ _left(psi, picks)",
        "q = _left(psi, picks)[0]",
    ),
    Mutant(
        "albl",
        "all arms alike",
        "q = state.probabilities @ _left(psi, picks)",
        "q = _left(psi, picks).mean(axis=0)",
    ),
    Mutant(
        "albl",
        "the likeliest point",
        "rng.choice(len(q), p=q / q.sum())",
        "q.argmax()",
    ),
    Mutant(
        "albl",
        "may draw a point twice",
        "    psi[:, drawn] = 0.0\n",
        "    psi[:, drawn[1:]] = 0.0\n",
    ),
    Mutant(
        "albl",
        "advice is not scaled to what is left",
        "psi / np.maximum(total, 1e-12)",
        "psi",
    ),
    Mutant(
        "albl",
        "a silent arm stays silent",
        "total > 1e-12, psi / np.maximum(total, 1e-12)",
        "total > -1, psi / np.maximum(total, 1e-12)",
    ),
    Mutant(
        "albl_update",
        "rewards every arm",
        "gain = reward * share + bonus",
        "gain = reward + bonus",
    ),
    Mutant(
        "albl_update",
        "no bonus for what was seldom heard",
        "gain = reward * share + bonus",
        "gain = reward * share",
    ),
    Mutant(
        "albl_update",
        "a whole p_min",
        "0.5 * state.least *",
        "state.least *",
    ),
    Mutant(
        "albl_update",
        "sums over the batch",
        " / chances[m] / len(batch)",
        " / chances[m]",
    ),
    Mutant(
        "albl_update",
        "advice as it was for the first",
        "_left(psi, batch[:m])",
        "_left(psi, batch[:0])",
    ),
    Mutant(
        "albl_update",
        "forgets earlier draws",
        "np.append(state.chances, chances)",
        "np.append(state.chances[:0], chances)",
    ),
    Mutant(
        "albl_update",
        "failure upside down",
        "np.log(K / state.failure)",
        "np.log(K * state.failure + 1)",
    ),
    Mutant(
        "importance_weighted_accuracy",
        "weights 1/q alone",
        "1.0 / q + later",
        "1.0 / q",
    ),
    Mutant(
        "importance_weighted_accuracy",
        "a plain mean",
        "((1.0 / q + later) * right[0]).sum() / (N * len(q))",
        "right[0].mean()",
    ),
    Mutant(
        "importance_weighted_accuracy",
        "earlier for later",
        "np.arange(len(q))[::-1]",
        "np.arange(len(q))",
    ),
    Mutant(
        "importance_weighted_accuracy",
        "scaled to sum to one",
        "/ (N * len(q))",
        "/ (1.0 / q + later).sum()",
    ),
    Mutant(
        "importance_weighted_accuracy",
        "not divided by the draws",
        "/ (N * len(q))",
        "/ N",
    ),
    Mutant(
        "importance_weighted_accuracy",
        "counts from the wrong end",
        "(1.0 / q + later)",
        "(1.0 / q[::-1] + later)",
    ),
]

"""Plausible mistakes in the network that is fitted under bounds."""

from coursework.mutants import Mutant

F = "fit_bounded_mlp"

MUTANTS = [
    Mutant(F, "goes on from the old parameters", "        self.restart(self.rng)\n"
           "        answer", "        answer"),
    Mutant(F, "keeps the untrained parameters", "        vars(self).update(vars("
           "answer.model))  # a copy was trained\n", ""),
    Mutant(F, "keeps parameters, no moments", "vars(self).update(vars(answer.model))",
           "self.theta = answer.model.theta"),
    Mutant(F, "another bound", "self, X, y, self.epsilon", "self, X, y, 0.1"),
    Mutant(F, "the default rounds", "as_integer(rounds, \"rounds\", low=1)", "100"),
    Mutant(F, "one primal step", "primal_steps=self.primal_steps", "primal_steps=1"),
    Mutant(F, "the default dual rate", "as_real(dual_rate, \"dual_rate\", low=0.0)",
           "0.05"),
    Mutant(F, "slacks for duals", "answer.duals, answer.slacks",
           "answer.slacks, answer.slacks"),
    Mutant(F, "a clone keeps the duals", "self.duals: np.ndarray | None = None",
           "self.duals = getattr(self, \"duals\", None)"),
    Mutant(F, "notes slacks for losses", "record[\"loss\"]", "record[\"slack\"]"),
]  # fmt: skip

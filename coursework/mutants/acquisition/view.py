"""Plausible mistakes in what a strategy is shown."""

from coursework.mutants import Mutant

RUN = "run_active_learning"

MUTANTS = [
    Mutant(RUN, "all rows as the pool", "return rows_of(self.X, self.indices)",
           "return self.X"),
    Mutant(RUN, "probabilities of all rows",
           "class_probabilities(self.model, self.pool, self.num_classes)",
           "class_probabilities(self.model, self.X, self.num_classes)"),
    Mutant(RUN, "the pool's for the bought", "rows = rows_of(self.X, self.bought)\n",
           "rows = self.pool\n"),
    Mutant(RUN, "embeddings of all rows", "return embedded(self.model, self.pool)",
           "return embedded(self.model, self.X)"),
    Mutant(RUN, "the pool's embeddings for the bought",
           "return embedded(self.model, rows_of(self.X, self.bought))",
           "return self.embeddings"),
    Mutant(RUN, "columns by their order", "probabilities[:, classes] = found",
           "probabilities[:, : len(classes)] = found"),
    Mutant(RUN, "unseen classes share a little",
           "probabilities = np.zeros((len(found), num_classes))",
           "probabilities = np.full((len(found), num_classes), 1e-3)"),
    Mutant(RUN, "the rows for embeddings, always", 'hasattr(model, "embed")', "False"),
    Mutant(RUN, "rows by label, not by position",
           'X.iloc[index] if hasattr(X, "iloc") else X[index]', "X[np.sort(index)]"),
    Mutant(RUN, "the members of all rows",
           "self.model.predict_members(self.pool, rng=self.rng)",
           "self.model.predict_members(self.X, rng=self.rng)"),
    Mutant(RUN, "the first tree alone",
           'trees = np.ravel(getattr(self.model, "estimators_", []))',
           'trees = np.ravel(getattr(self.model, "estimators_", []))[:1]'),
]  # fmt: skip

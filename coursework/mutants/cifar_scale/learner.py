"""Plausible mistakes in the learner."""

from coursework.mutants import Mutant

F = "run_experiment"

MUTANTS = [
    Mutant(
        F,
        "checkpoints of all rounds in one place",
        "self.folder / str(len(y)) if self.folder else None",
        "self.folder if self.folder else None",
    ),
    Mutant(
        F,
        "no checkpoints",
        "folder=folder, callback=self.callback,\n            )  # "
        "fmt: skip\n            self.network",
        "callback=self.callback,\n            )  # fmt: skip\n            self.network",
    ),
    Mutant(
        F,
        "labels of nobody",
        "labels = torch.as_tensor(y.astype(np.int64)).to(",
        "labels = 0 * torch.as_tensor(y.astype(np.int64)).to(",
    ),
    Mutant(
        F,
        "the records are lost",
        "self.folder, self.callback, self.train = folder, callback, train",
        "self.folder, self.callback, self.train = folder, None, train",
    ),
    Mutant(
        F,
        "the folder is lost",
        "self.folder, self.callback, self.train = folder, callback, train",
        "self.folder, self.callback, self.train = None, callback, train",
    ),
    Mutant(F, "a bound of one", "labels, s.epsilon, rounds=", "labels, 1.0, rounds="),
    Mutant(
        F,
        "the usual rate of duals",
        "dual_rate=s.dual_rate, batch=s.fixmatch.batch",
        "batch=s.fixmatch.batch",
    ),
    Mutant(F, "one direction", "s.signs, length=s.sketch", "1, length=s.sketch"),
    Mutant(
        F, "one draw of sketches", "length=s.sketch, seed=s.seed", "length=s.sketch"
    ),
    Mutant(F, "asks bytes", "unit(x).repeat(", "x.float().repeat("),
    Mutant(F, "asks in training", "self.trained().eval()", "self.trained().train()"),
    Mutant(
        F,
        "classes of others",
        "network_of(s, self.num_classes, seeds)",
        "network_of(s, 2, seeds)",
    ),
]

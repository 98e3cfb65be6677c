"""Plausible mistakes in the generative mode."""

from coursework.mutants import Mutant

F = "informative_samples"

MUTANTS = [
    Mutant(F, "every step is taken", "up = found >= best", "up = found > -np.inf"),
    Mutant(F, "all or none", "up = found >= best", "up = np.full(len(best), (found >= "
           "best).all())"),
    Mutant(F, "goes down", "here + lengths[:, None] * ways",
           "here - lengths[:, None] * ways"),
    Mutant(F, "steps of any length", "np.where(norms > 0.0, norms, 1.0)", "1.0"),
    Mutant(F, "one length for all samples", "np.where(up, 1.2, 0.5)",
           "(1.2 if up.all() else 0.5)"),
    Mutant(F, "never shorter", "np.where(up, 1.2, 0.5)", "1.2"),
    Mutant(F, "lengths without end", "np.where(up, 1.2, 0.5), LONGEST)",
           "np.where(up, 1.2, 0.5), np.inf)"),
    Mutant(F, "leaves the box", "np.clip(here + lengths[:, None] * ways, low, high)",
           "here + lengths[:, None] * ways"),
    Mutant(F, "half a box", "ways, low, high)", "ways, low, np.inf)"),
    Mutant(F, "slopes of the scores", "of=\"embedding\"", "of=\"scores\""),
    Mutant(F, "divides by zero", "np.where(norms > 0.0, norms, 1.0)", "norms"),
    Mutant(F, "records the trial", "path.append(here)", "path.append(there)"),
    Mutant(F, "duals of the start", "duals.append(head(model.embed(here)))",
           "duals.append(duals[0])"),
]  # fmt: skip

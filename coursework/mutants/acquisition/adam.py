"""Plausible mistakes in Adam."""

from coursework.mutants import Mutant

ADAM = "minimize_adam"

MUTANTS = [
    Mutant(ADAM, "one decay for both averages", "BETAS = (0.9, 0.999)",
           "BETAS = (0.9, 0.9)"),
    Mutant(ADAM, "the averages the other way round", "BETAS = (0.9, 0.999)",
           "BETAS = (0.999, 0.9)"),
    Mutant(ADAM, "no correction of the mean", "/ (1.0 - first**self.steps) / unit",
           "/ unit"),
    Mutant(ADAM, "no correction of the square",
           "np.sqrt((1.0 - second) / (1.0 - second**self.steps))",
           "np.sqrt(1.0 - second)"),
    Mutant(ADAM, "sums for averages", "self.step_size * (1.0 - first) /",
           "self.step_size /"),
    Mutant(ADAM, "counts one step only", "self.steps += 1", "self.steps = 1"),
    Mutant(ADAM, "absolute values for squares",
           "np.multiply(g, g, out=work)", "np.abs(g, out=work)"),
    Mutant(ADAM, "no root", "np.sqrt(v, out=work)", "work[:] = v"),
    Mutant(ADAM, "a constant below in other units", "TINY / unit", "TINY"),
    Mutant(ADAM, "a large constant below", "TINY = 1e-8", "TINY = 1e-3"),
    Mutant(ADAM, "uphill", "t -= work", "t += work"),
    Mutant(ADAM, "the average forgets nothing", "            m *= first\n", ""),
    Mutant(ADAM, "the gradient at the start, always", "gradient(theta.copy())",
           "gradient(as_vector(start))"),
    Mutant(ADAM, "one step more", 'as_integer(max_iter, "max_iter", low=0)',
           'as_integer(max_iter, "max_iter", low=0) + 1'),
]  # fmt: skip

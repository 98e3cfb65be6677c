"""Plausible mistakes in Adam."""

from coursework.mutants import Mutant

ADAM = "minimize_adam"

MUTANTS = [
    Mutant(ADAM, "one decay for both averages", "BETAS = (0.9, 0.999)",
           "BETAS = (0.9, 0.9)"),
    Mutant(ADAM, "the averages the other way round", "BETAS = (0.9, 0.999)",
           "BETAS = (0.999, 0.9)"),
    Mutant(ADAM, "no correction of the mean",
           "self.step_size / (1.0 - first**self.steps)", "self.step_size"),
    Mutant(ADAM, "no correction of the square",
           "        work /= np.sqrt(1.0 - second**self.steps)\n", ""),
    Mutant(ADAM, "counts after the step",
           "        self.steps += 1\n        self.mean *= first",
           "        self.steps = self.steps or 1\n        self.mean *= first"),
    Mutant(ADAM, "absolute values for squares",
           "np.multiply(gradient, gradient, out=work)", "np.abs(gradient, out=work)"),
    Mutant(ADAM, "no root", "        np.sqrt(self.square, out=work)\n",
           "        work[:] = self.square\n"),
    Mutant(ADAM, "a large constant below", "TINY = 1e-8", "TINY = 1e-3"),
    Mutant(ADAM, "uphill", "theta -= work", "theta += work"),
    Mutant(ADAM, "the average forgets nothing", "        self.mean *= first\n", ""),
    Mutant(ADAM, "the gradient at the start, always", "gradient(theta.copy())",
           "gradient(as_vector(start))"),
    Mutant(ADAM, "one step more", 'as_integer(max_iter, "max_iter", low=0)',
           'as_integer(max_iter, "max_iter", low=0) + 1'),
]  # fmt: skip

"""Plausible mistakes in the walls that a start violates."""

from coursework.mutants import Mutant

F = "relu_center"

MUTANTS = (
    Mutant(F, "every wall is loose",
           "loose = slacks <= 1e-4 * unit", "loose = slacks <= 1e9 * unit"),
    Mutant(F, "walls without their side",
           "    sides[:, : len(body.X)] = body.signs\n", ""),
    Mutant(F, "the gradient pushes out",
           "adjoint(y[:k]) - (self.sides", "adjoint(y[:k]) + (self.sides"),
    Mutant(F, "loose walls have no weight in the Hessian",
           "        inverse[self.loose] = 1 / s[len(self.cuts.offsets) :]\n", ""),
    Mutant(F, "loose walls are walls all the same",
           "slacks[self.loose] = np.inf", "slacks[self.loose] *= 1.0"),
    Mutant(F, "slacks that hold are thrown away",
           "np.where(gap > 0.01 * small, gap, small)", "small"),
    Mutant(F, "a slack of the size of its block",
           "unit = 0.01 * (", "unit = ("),
    Mutant(F, "blocks one after the other",
           "-walls[self.loose])", "-walls[self.loose][::-1])"),
)  # fmt: skip

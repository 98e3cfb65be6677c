"""Plausible mistakes in the walls that a start violates."""

from coursework.mutants import Mutant

F = "relu_center"

MUTANTS = (
    Mutant(F, "every wall is loose",
           "    out = slacks <= 1e-6 * (", "    out = slacks <= 1e6 * ("),
    Mutant(F, "walls without their side",
           "edges = sides[out][:, None] * body.walls[columns]",
           "edges = body.walls[columns]"),
    Mutant(F, "the gradient pushes out",
           "np.subtract.at(blocks,", "np.add.at(blocks,"),
    Mutant(F, "loose walls have no weight in the Hessian",
           "[self.blocks, self.columns] = loose\n",
           "[self.blocks, self.columns] = 0.0\n"),
    Mutant(F, "loose walls are walls all the same",
           "[self.blocks, self.columns] = np.inf",
           "[self.blocks, self.columns] *= 1.0"),
    Mutant(F, "slacks that hold are thrown away",
           "np.where(gap > 0.01 * reach, gap, reach)", "np.maximum(reach, 1e-300)"),
    Mutant(F, "the square of a size for a size",
           "unit = np.sqrt(np.maximum(inverse @ body.squares.T, 0.0))",
           "unit = np.maximum(inverse @ body.squares.T, 0.0)"),
    Mutant(F, "blocks one after the other",
           "edges=edges)\n", "edges=edges[::-1])\n"),
)  # fmt: skip

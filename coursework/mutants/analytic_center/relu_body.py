"""Plausible mistakes in the block body."""

from coursework.mutants import Mutant

MUTANTS = (
    Mutant("relu_center", "walls of the base are no part of the line",
           "ratios = ((step @ self.walls.T) / self.signed_slacks(theta)).ravel()",
           "ratios = 0 * (step @ self.walls.T).ravel()"),
    Mutant("add_relu_cut", "the ball is no part of the line",
           "ratios = np.append(ratios, ball_ratios(self.radius, theta, step))",
           "ratios = np.append(ratios, [0.0, 0.0])"),
    Mutant("relu_center", "forgets the walls in the gradient",
           "total -= (1 / self.signed_slacks(theta)) @ self.walls",
           "total -= 0 * theta"),
    Mutant("relu_center", "forgets the ball in the gradient",
           "if scale := self.pull + ball_scale(self.radius, theta):",
           "if scale := self.pull:"),
    Mutant("relu_center", "forgets the ball in the blocks",
           "blocks[..., :: d + 1] += self.pull + ball",
           "blocks[..., :: d + 1] += self.pull"),
    Mutant("add_relu_cut", "forgets the cuts in the Hessian",
           "M.flat[:: len(M) + 1] += 1\n", "M.flat[:: len(M) + 1] += 1e12\n"),
    Mutant("relu_center", "multiplies by the slacks of the cuts",
           "Y *= (self.cut_masks / s[:, None])[:, :, None]",
           "Y *= (self.cut_masks * s[:, None])[:, :, None]"),
    Mutant("relu_center", "certificates leave out the cones",
           "v = self.adjoint(y) - (self.signs * rho) @ self.X", "v = self.adjoint(y)"),
    Mutant("relu_center", "certificates with multipliers of the wrong sign",
           "* terms, (y, rho)", "* terms, (-y, rho)"),
    Mutant("relu_center", "sees no blur where slacks lose their digits",
           "return np.concatenate([terms / s, cones.ravel()])",
           "return 0 * s"),
)  # fmt: skip

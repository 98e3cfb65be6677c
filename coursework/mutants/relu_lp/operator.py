"""Plausible wrong lifted operators."""

from coursework.mutants import Mutant

SUM = 'w = np.einsum("k,...kpd->...pd", self.signs, blocks)'
LINE = 'return np.einsum("pn,...pn->...n", self.D, w @ self.X.T)'

MUTANTS = [
    Mutant(
        "convex_output",
        "adds the two blocks instead of subtracting",
        SUM,
        "w = blocks.sum(axis=-3)",
    ),
    Mutant(
        "convex_output",
        "the wrong way round",
        SUM,
        SUM.replace("w = ", "w = -"),
    ),
    Mutant(
        "convex_output",
        "forgets the gates",
        LINE,
        "return (w @ self.X.T).sum(axis=-2)",
    ),
    Mutant(
        "convex_output",
        "gates with the complement",
        LINE,
        'return np.einsum("pn,...pn->...n", 1.0 - self.D, w @ self.X.T)',
    ),
    Mutant(
        "convex_output",
        "gates with signs instead of zeros and ones",
        LINE,
        'return np.einsum("pn,...pn->...n", 2.0 * self.D - 1, w @ self.X.T)',
    ),
    Mutant(
        "convex_output",
        "applies the ReLU once more",
        LINE,
        'return np.einsum("pn,...pn->...n", self.D, np.maximum(w @ self.X.T, 0))',
    ),
    Mutant(
        "convex_output",
        "takes the mean over patterns",
        LINE,
        LINE + " / len(self.D)",
    ),
    Mutant(
        "farkas_residual",
        "an adjoint that forgets the patterns",
        "pull = (self.D * np.asarray(r)[..., None, :]) @ self.X",
        "pull = (0 * self.D + np.asarray(r)[..., None, :]) @ self.X",
    ),
    Mutant(
        "farkas_residual",
        "an adjoint that sums over the patterns",
        "pull = (self.D * np.asarray(r)[..., None, :]) @ self.X",
        "pull = (self.D.mean(0) * np.asarray(r)[..., None, :]) @ self.X + 0 * self.D @ "
        "self.X",
    ),
    Mutant(
        "fit_relu_lp",
        "cones of one sign for active and inactive samples",
        "return 2.0 * self.D[:, self.live] - 1.0",
        "return 0.0 * self.D[:, self.live] + 1.0",
    ),
    Mutant(
        "fit_relu_lp",
        "cones that only ask for the active samples",
        "return 2.0 * self.D[:, self.live] - 1.0",
        "return self.D[:, self.live]",
    ),
    Mutant(
        "fit_relu_lp",
        "multiplies Boolean masks: a logical or, not a count",
        "(self.D.T @ self.D)",
        "((self.D.T @ self.D) > 0)",
    ),
    Mutant(
        "fit_relu_lp",
        "a Gram matrix of the data alone",
        "(left @ self.X.T) * (self.D.T @ self.D)",
        "(left @ self.X.T)",
    ),
]

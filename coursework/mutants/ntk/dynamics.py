"""Plausible mistakes in training with a constant kernel."""

from coursework.mutants import Mutant

F, D, B = "flow_coefficients", "descent_coefficients", "fastest_step"

MUTANTS = [
    Mutant(F, "the share that is left", "-np.expm1(-times[:, None] * rates)",
           "np.exp(-times[:, None] * rates)"),
    Mutant(F, "a growing exponential", "-np.expm1(-times[:, None] * rates)",
           "np.expm1(times[:, None] * rates)"),
    Mutant(F, "1 - e^{-λt} with lost digits", "-np.expm1(-times[:, None] * rates)",
           "1.0 - np.exp(-times[:, None] * rates)"),
    Mutant(F, "the rate of the squares", "-times[:, None] * rates)",
           "-2.0 * times[:, None] * rates)"),
    Mutant(F, "outputs, not coefficients", "learned = _per_rate(lost, rates, "
           "times[:, None])", "learned = lost"),
    Mutant(F, "eigenvectors as rows", "(learned * shares) @ modes.vectors.T\n\n\ndef "
           "descent", "(learned * shares) @ modes.vectors\n\n\ndef descent"),
    Mutant(D, "runs away in silence", "step * modes.values[-1] >= 2.0",
           "step * modes.values[-1] >= 2e9"),
    Mutant(D, "a bound by the smallest eigenvalue", "step * modes.values[-1] >= 2.0",
           "step * modes.values[0] >= 2.0"),
    Mutant(D, "half of the stable steps", "step * modes.values[-1] >= 2.0",
           "step * modes.values[-1] >= 1.0"),
    Mutant(D, "gradient flow", "np.log1p(-np.minimum(rates, 0.5))",
           "-np.minimum(rates, 0.5)"),
    Mutant(D, "digits of small modes lost", "np.where(rates <= 0.5, slow, fast)",
           "fast"),
    Mutant(D, "fast modes cut off", "np.where(rates <= 0.5, slow, fast)", "slow"),
    Mutant(D, "one step too many", "(1.0 - rates) ** counts[:, None]",
           "(1.0 - rates) ** (counts[:, None] + 1)"),
    Mutant(D, "divides by ηλ", "_per_rate(lost, modes.values[None, :], step * "
           "counts[:, None])", "_per_rate(lost, rates, step * counts[:, None])"),
    Mutant(D, "the zero mode learns without steps",
           "step * counts[:, None])\n    return",
           "counts[:, None])\n    return"),
    Mutant(D, "the residual's share in the wrong modes", "modes, modes.vectors.T @ e",
           "modes, modes.vectors @ e"),
    Mutant(D, "zero eigenvalues learn nothing", "np.broadcast_to(limit, lost.shape)"
           ".copy()", "np.zeros(lost.shape)"),
    Mutant(B, "1/λ_max", "2.0 / (1.0 + ratio) / high", "1.0 / high"),
    Mutant(B, "the largest stable step", "2.0 / (1.0 + ratio) / high", "2.0 / high"),
    Mutant(B, "twice the smallest", "2.0 / (1.0 + ratio) / high", "1.0 / low"),
    Mutant(B, "a rate that is not squared", "((1.0 - ratio) / (1.0 + ratio)) ** 2",
           "(1.0 - ratio) / (1.0 + ratio)"),
    Mutant(B, "the rate of the step 1/λ_max", "((1.0 - ratio) / (1.0 + ratio)) ** 2",
           "(1.0 - ratio) ** 2"),
    Mutant(B, "a sum that overflows", "2.0 / (1.0 + ratio) / high",
           "2.0 / (low + high)"),
    Mutant(B, "the mean of the eigenvalues", "float(values[0]), float(values[-1])",
           "float(values.mean()), float(values[-1])"),
]  # fmt: skip

"""Plausible mistakes in the modes of a kernel."""

from coursework.mutants import Mutant

F = "kernel_modes"

MUTANTS = [
    Mutant(F, "any matrix is symmetric", "np.abs(K - K.T).max() > 1e-10:",
           "np.abs(K - K.T).max() > 1e10:"),
    Mutant(F, "any matrix is a kernel", "< -8.0 * zero:", "< -8.0e9:"),
    Mutant(F, "a singular kernel is none", "lowest @ K @ lowest < -8.0 * zero:",
           "lowest @ K @ lowest < 8.0 * zero:"),
    Mutant(F, "rounding counts as rank", "np.where(values > zero, values, 0.0)",
           "np.abs(values)"),
    Mutant(F, "infinite eigenvalues pass", "if size > np.finfo(np.float64).max / "
           "values[-1]:", "if False:"),
    Mutant(F, "descending", "return KernelModes(size * values, vectors)",
           "return KernelModes(size * values[::-1], vectors[:, ::-1])"),
    Mutant(F, "in other units", "KernelModes(size * values,", "KernelModes(values,"),
    Mutant(F, "eigenvectors as rows", "size * values, vectors)",
           "size * values, vectors.T)"),
    Mutant(F, "a zero kernel divided by its size", "if size == 0.0:", "if False:"),
    Mutant(F, "values of the absolute scale", "    K = K / size  # so that squares "
           "neither overflow nor vanish\n", "    size = 1.0\n"),
]  # fmt: skip

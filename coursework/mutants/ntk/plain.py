"""Plausible mistakes in the plain kernels and plain training."""

from coursework.mutants import Mutant

N, T, D = "plain_ntk", "plain_trace_ntk", "plain_kernel_descent"

MUTANTS = [
    Mutant(N, "no 1/d", "X @ X.T / X.shape[1]", "X @ X.T"),
    Mutant(N, "κ₀ of the wrong side", "1 - angle / np.pi", "angle / np.pi"),
    Mutant(N, "κ₀ over 2π", "1 - angle / np.pi", "(1 - angle / np.pi) / 2"),
    Mutant(N, "κ₁ without its sine", "(np.sqrt(1 - c**2) + (np.pi", "((np.pi"),
    Mutant(N, "κ₁ of the other angle", "(np.pi - angle) * c) / np.pi",
           "angle * c) / np.pi"),
    Mutant(N, "the last layer only", "sigma + theta * kappa_0", "sigma"),
    Mutant(N, "the first layer only", "sigma + theta * kappa_0", "theta * kappa_0"),
    Mutant(N, "forgets the lengths", "sigma = np.outer(scale, scale) * kappa_1",
           "sigma = kappa_1"),
    Mutant(N, "one layer, whatever the depth", "range(depth)", "range(1)"),
    Mutant(N, "changes X", "    sigma = X @ X.T",
           "    X *= 1.5\n    X /= 1.0\n    sigma = X @ X.T / 2.25"),
    Mutant(T, "the first output only", "np.eye(model.num_classes)",
           "np.eye(model.num_classes)[:1]"),
    Mutant(T, "the gradient of the sum", "np.eye(model.num_classes)",
           "np.ones((1, model.num_classes))"),
    Mutant(T, "no sum over outputs", "kernel += jacobian", "kernel = jacobian"),
    Mutant(T, "without the last parameters", "kernel += jacobian @ jacobian.T",
           "jacobian = jacobian[:, :-1]\n        kernel += jacobian @ jacobian.T"),
    Mutant(T, "the mean over outputs", "return kernel", "return kernel / len(unit)"),
    Mutant(D, "goes the other way", "outputs[-1] - step", "outputs[-1] + step"),
    Mutant(D, "the gradient of the squared error without ½", "step * kernel",
           "2 * step * kernel"),
    Mutant(D, "forgets the targets", "(outputs[-1] - y)", "outputs[-1] - 0 * y"),
    Mutant(D, "starts at the targets", "[np.zeros(len(y))]", "[y]"),
    Mutant(D, "one step fewer", "range(num_steps)", "range(num_steps - 1)"),
    Mutant(D, "the kernel's diagonal only", "step * kernel @",
           "step * np.diag(kernel) *"),
]  # fmt: skip

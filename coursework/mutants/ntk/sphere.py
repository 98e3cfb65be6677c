"""Plausible mistakes in kernels of activations on the sphere."""

from coursework.mutants import Mutant

H, S = "hermite_coefficients", "sphere_ntk"

MUTANTS = [
    Mutant(H, "half of the line", "np.concatenate([-half, half])",
           "np.concatenate([half, half])"),
    Mutant(H, "the interval's length forgotten", "weights * REACH / 2.0", "weights"),
    Mutant(H, "the density without √2π", "/ np.sqrt(2.0 * np.pi)", ""),
    Mutant(H, "the physicists' weight", "np.exp(-(z**2) / 2.0)", "np.exp(-(z**2))"),
    Mutant(H, "polynomials that are not normalised", "/ np.sqrt(k + 1.0)", ""),
    Mutant(H, "the recursion without its last term", "- np.sqrt(k) * below", ""),
    Mutant(H, "any values pass", 'as_array(activation(z.copy()), "activation", '
           "z.shape)", "np.asarray(activation(z.copy()), dtype=np.float64)"),
    Mutant(H, "any shape passes", '"activation", z.shape)', '"activation")'),
    Mutant(H, "nodes that the activation may change", "activation(z.copy())",
           "activation(z)"),
    Mutant(H, "one coefficient late", "below, here = np.zeros_like(z), np.ones_like(z)",
           "below, here = np.ones_like(z), z"),
    Mutant(S, "coefficients not squared", "* a**2", "* a"),
    Mutant(S, "the outputs' kernel", "np.arange(1, len(a) + 1) * a**2", "a**2"),
    Mutant(S, "k in place of k + 1", "np.arange(1, len(a) + 1)", "np.arange(len(a))"),
    Mutant(S, "the angle, not its cosine", "polyval(np.cos(row_angles(U, V)), weights)",
           "polyval(row_angles(U, V), weights)"),
    Mutant(S, "X against X, whatever Z", "X if Z is None else as_matrix(Z, \"Z\", "
           "columns=X.shape[1])", "X"),
    Mutant(S, "coefficients from the last", 'as_vector(coefficients, "coefficients")',
           'as_vector(coefficients, "coefficients")[::-1]'),
]  # fmt: skip

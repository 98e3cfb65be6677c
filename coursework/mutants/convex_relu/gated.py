"""Plausible mistakes in `reference.convex_relu.gated`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "gated_predict",
        "gates with the weights",
        "X @ gates.T >= 0, X",
        "X @ weights.reshape(*gates.shape, -1)[..., 0].T >= 0, X",
    ),
    Mutant(
        "gated_predict",
        "closes the gates",
        "X @ gates.T >= 0, X",
        "X @ gates.T < 0, X",
    ),
    Mutant(
        "gated_predict",
        "closes a gate at its boundary",
        "X @ gates.T >= 0, X",
        "X @ gates.T > 0, X",
    ),
    Mutant(
        "gated_predict",
        "applies a ReLU as well",
        'return np.einsum("np,nd,pd...->n...", X @ gates.T >= 0, X, wei'
        "ghts, optimize=True)",
        'return np.einsum("np,np...->n...", X @ gates.T >= 0, np.maximu'
        'm(np.einsum("nd,pd...->np...", X, weights), 0))',
    ),
    Mutant(
        "gated_predict",
        "averages over the gates",
        'return np.einsum("np,nd',
        'return 1 / len(gates) * np.einsum("np,nd',
    ),
    Mutant(
        "fit_gated",
        "shrinks entries instead of singular values",
        "return (left * np.maximum(sizes - step * reg, 0.0)[:, None, :]) @ right",
        "return np.sign(U) * np.maximum(abs(U) - step * reg, 0.0)",
    ),
    Mutant(
        "fit_gated",
        "forgets the step in the shrinkage",
        "sizes - step * reg, 0.0",
        "sizes - reg, 0.0",
    ),
    Mutant(
        "fit_gated",
        "pays the Frobenius norm",
        "lambda U: float(singular_values(U).sum())",
        "lambda U: float(np.linalg.norm(U, axis=(1, 2)).sum())",
    ),
    Mutant(
        "fit_gated",
        "takes the smallest singular value for the dual norm",
        "float(singular_values(pull).max())",
        "float(singular_values(pull).min())",
    ),
    Mutant(
        "fit_gated",
        "reports the objective without ½",
        "objective = 0.5 * ((fitted - Y) ** 2).sum()",
        "objective = ((fitted - Y) ** 2).sum()",
    ),
    Mutant(
        "cone_decomposition",
        "splits by the sign of the entries",
        "        positive[i], negative[i] = size * v, size * (v - u)",
        "        positive[i], negative[i] = size * np.maximum(u, 0), si"
        "ze * np.maximum(-u, 0)",
    ),
    Mutant(
        "cone_decomposition",
        "forgets the length",
        "        positive[i], negative[i] = size * v, size * (v - u)",
        "        positive[i], negative[i] = v, v - u",
    ),
    Mutant(
        "cone_decomposition",
        "keeps u whole",
        "        positive[i], negative[i] = size * v, size * (v - u)",
        "        positive[i], negative[i] = size * u, 0 * u",
    ),
    Mutant(
        "cone_decomposition",
        "forgets that v itself must lie in the cone",
        "np.maximum(cone @ u, 0.0)",
        "cone @ u",
    ),
    Mutant(
        "cone_decomposition",
        "flips the cone",
        "cone = np.where(masks[i, live, None], rows, -rows)",
        "cone = np.where(masks[i, live, None], -rows, rows)",
    ),
    Mutant(
        "cone_decomposition",
        "takes the rows that are slack for those that are tight",
        "np.linalg.lstsq(G[rho > 0], h[rho > 0]",
        "np.linalg.lstsq(G[rho <= 0], h[rho <= 0]",
    ),
    Mutant(
        "cone_decomposition",
        "takes a longer first part",
        "        positive[i], negative[i] = size * v, size * (v - u)",
        "        positive[i], negative[i] = 2 * size * v, size * (2 * v - u)",
    ),
]

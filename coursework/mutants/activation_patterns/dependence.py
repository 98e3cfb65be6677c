"""Plausible mistakes in scaling rows and columns, and in calling rows dependent."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "half_of_cells",
        "merges rows that are only close",
        "order[np.concatenate([[True], gap > tol])]",
        "order[np.concatenate([[True], gap > 0.3])]",
    ),
    Mutant(
        "half_of_cells",
        "judges dependence by the determinant, tiny for three close copies",
        "smallest = np.linalg.svd(rows[result], compute_uv=False)[:, -1]",
        "smallest = volume[result]",
    ),
    Mutant(
        "half_of_cells",
        "stretches the weights without limit, and the rounding errors with them",
        "np.maximum(s[keep], s[0] / 5)",
        "s[keep]",
    ),
    Mutant(
        "half_of_cells",
        "drops the directions in which the rows hardly spread",
        "keep = s > tol * s[0]",
        "keep = s > 0.3 * s[0]",
    ),
    Mutant(
        "half_of_cells",
        "one row of each line, but with the numbers of the sorted rows",
        "return np.sort(order[np.concatenate([[True], gap > tol])])",
        "return np.flatnonzero(np.concatenate([[True], gap > tol]))",
    ),
    Mutant(
        "half_of_cells",
        "no second look at small determinants",
        "        result[result] = smallest <= tol\n",
        "",
    ),
    Mutant(
        "enumerate_patterns",
        "rows first, then columns",
        "    _, columns = balance(X)",
        "    rows = 1.0 / np.abs(X).max(axis=1)\n"
        "    columns = 1.0 / (np.abs(X * rows[:, None]).max(axis=0) + 1e-300)",
    ),
    Mutant(
        "enumerate_patterns",
        "no units at all",
        "    _, columns = balance(X)",
        "    columns = np.ones(X.shape[1])",
    ),
    Mutant(
        "sample_vertex_patterns",
        "forgets that the columns were scaled",
        "return X, 1.0 / columns, V, T",
        "return X, 1.0 + 0 * columns, V, T",
    ),
    Mutant(
        "sample_vertex_patterns",
        "multiplies by the scales",
        "return X, 1.0 / columns, V, T",
        "return X, columns, V, T",
    ),
    Mutant(
        "half_of_cells",
        "decides what it cannot decide",
        "unclear = smallest[(smallest > tol)",
        "unclear = smallest[False & (smallest > tol)",
    ),
    Mutant(
        "half_of_cells",
        "refuses rows that are plainly dependent",
        "smallest[(smallest > tol) & (smallest <= 10 * tol)]",
        "smallest[smallest <= 10 * tol]",
    ),
]

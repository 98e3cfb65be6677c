"""Plausible mistakes in enumerating the cells of a hyperplane arrangement."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "half_of_cells",
        "visits every level, so that opposite cells both come",
        "for k in range(r, 0, -2):",
        "for k in range(r, 0, -1):",
    ),
    Mutant(
        "half_of_cells",
        "forgets the cells of infinite height",
        "for k in range(r, 0, -2):",
        "for k in range(r, r - 1, -1):",
    ),
    Mutant(
        "half_of_cells",
        "takes the cell above one of the edges",
        "edge = -(edges * np.sign(edges[:, [k - 2]])).sum(axis=2)",
        "edge = -(edges * np.abs(np.sign(edges[:, [k - 2]]))).sum(axis=2)",
    ),
    Mutant(
        "half_of_cells",
        "transposes the edges",
        "edge = -(edges * np.sign(edges[:, [k - 2]])).sum(axis=2)",
        "edges = edges[:, :-1].swapaxes(1, 2)\n"
        "        edge = np.zeros_like(vertex)\n"
        "        edge[:, :-1] = -(edges * np.sign(edges[:, -1:])).sum(axis=2)",
    ),
    Mutant(
        "half_of_cells",
        "drops the cells at vertices on too many hyperplanes",
        "yield from _found_twice(A, block, cells)",
        "yield from ()",
    ),
    Mutant(
        "half_of_cells",
        "believes one shift: cells that the shift opens are kept",
        "np.where(on, sign * moved > 0, at.masks)",
        "np.where(on, moved > 0, at.masks)",
    ),
    Mutant(
        "half_of_cells",
        "the point of one shift only, which is not in the cell",
        "edge = ahead[i] + behind[j]",
        "edge = ahead[i]",
    ),
    Mutant(
        "half_of_cells",
        "the step goes to the next hyperplane and not half-way",
        "return vertex + 0.5 / nearing * edge",
        "return vertex + edge / nearing",
    ),
    Mutant(
        "half_of_cells",
        "rows that pass nearby pass through the vertex",
        "far = tol * np.linalg.norm(",
        "far = 0.1 * np.linalg.norm(",
    ),
    Mutant(
        "half_of_cells",
        "keeps what one shift found, not what both did",
        "_, ours, theirs = np.intersect1d(*both, assume_unique=True, "
        "return_indices=True)",
        "ours = np.arange(len(plus))\n    theirs = ours % len(minus)",
    ),
    Mutant(
        "half_of_cells",
        "steps from the vertex as if no row passed through it",
        "values = np.where(through, np.inf, vertex[i] @ A.T)",
        "values = vertex[i] @ A.T",
    ),
    Mutant(
        "iter_patterns",
        "a block without a vertex is the end",
        "        S, volume = S[meet], volume[meet, None]\n",
        "        if not meet.any():\n            return\n"
        "        S, volume = S[meet], volume[meet, None]\n",
    ),
    Mutant(
        "iter_patterns",
        "where cells do not fit, the last part of them is lost",
        "for part in range(parts):",
        "for part in range(parts - 1):",
    ),
    Mutant(
        "iter_patterns",
        "where cells do not fit, all parts are the first",
        "_shifted(A, tol, found.part(~simple), part, parts)",
        "_shifted(A, tol, found.part(~simple), 0, parts)",
    ),
    Mutant(
        "iter_patterns",
        "keeps the cells of all crowded vertices",
        "most = 0, max(KEPT * block, 8192)",
        "most = 0, 1 << 60",
    ),
    Mutant(
        "iter_patterns",
        "a cell is sought in one part, its twin in another",
        "default_rng(3).integers(1 << 40, size=plus.shape[1])",
        "default_rng().integers(1 << 40, size=plus.shape[1])",
    ),
    Mutant(
        "half_of_cells",
        "takes proportional rows for different hyperplanes",
        "distinct_lines(V, tol), tol, block)",
        "np.arange(len(X)), tol, block)",
    ),
    Mutant(
        "half_of_cells",
        "takes a row of zeros for a hyperplane",
        "    need_nonzero_rows(X)\n",
        "",
    ),
    Mutant(
        "half_of_cells",
        "leaves the vertices of close rows to their rounding",
        "edges, vertex = inverse[:, :, :-1], inverse[:, :, -1]",
        "edges, vertex = inverse[:, :, :-1], inverse[:, :, -1].copy()\n"
        "        vertex[:, :-1] = -np.einsum('pij,pj->pi', edges[:, :-1], A[S, -1])",
    ),
    Mutant(
        "half_of_cells",
        "steps past the hyperplanes ahead",
        "nearing = (-slope / values)",
        "nearing = (slope / values)",
    ),
]

"""Plausible mistakes in counting, enumerating and sampling activation patterns."""

from coursework.mutants import Mutant

COUNT = "return 2 * sum(comb(n - 1, k) for k in range(min(rank, n))) if rank else 1"
MUTANTS = [
    Mutant(
        "count_patterns",
        "n for n - 1",
        COUNT,
        COUNT.replace("n - 1", "n"),
    ),
    Mutant(
        "count_patterns",
        "the sum runs up to the rank",
        COUNT,
        COUNT.replace("min(rank, n)", "min(rank, n) + 1"),
    ),
    Mutant(
        "count_patterns",
        "forgets the opposite patterns",
        COUNT,
        COUNT.replace("2 * sum", "sum"),
    ),
    Mutant(
        "count_patterns",
        "affine cells: the formula for hyperplanes with a bias",
        COUNT,
        "return sum(comb(n, k) for k in range(rank + 1))",
    ),
    Mutant(
        "count_patterns",
        "X = 0 has no pattern",
        COUNT,
        COUNT.replace("if rank else 1", "if rank else 0"),
    ),
    Mutant(
        "enumerate_patterns",
        "only one half",
        "    masks = np.concatenate([block.masks for block in blocks])\n    return P",
        "    blocks = blocks[::2]\n"
        "    masks = np.concatenate([block.masks for block in blocks])\n    return P",
    ),
    Mutant(
        "enumerate_patterns",
        "zero rows are never active",
        "masks = np.ones((len(points), len(cuts)), bool)",
        "masks = np.zeros((len(points), len(cuts)), bool)",
    ),
    Mutant(
        "enumerate_patterns",
        "the opposite patterns keep the gates",
        "in ((bits, gates), (~bits, -gates)):",
        "in ((bits, gates), (~bits, gates)):",
    ),
    Mutant(
        "enumerate_patterns",
        "X = 0 has no pattern",
        "return iter([Patterns(np.ones((1, len(X)), bool), np.eye(1, X.shape[1]))])",
        "return iter([])",
    ),
    Mutant(
        "enumerate_patterns",
        "a zero row is inactive on the negative side",
        "masks[:, cuts] = active",
        "masks[:] = active[:, :1] | cuts\n            masks[:, cuts] = active",
    ),
    Mutant(
        "enumerate_patterns",
        "the last block is lost",
        "blocks = list(iter_patterns(X, tol=tol))",
        "blocks = list(iter_patterns(X, tol=tol))[:-1] or list(iter_patterns(X))",
    ),
    Mutant(
        "iter_patterns",
        "ignores the block size",
        "half_of_cells(X[cuts], block=block, tol=tol)",
        "half_of_cells(X[cuts], tol=tol)",
    ),
    Mutant(
        "iter_patterns",
        "yields the two halves as one block",
        "        for active, points in ((bits, gates), (~bits, -gates)):",
        "        bits, gates = np.vstack([bits, ~bits]), np.vstack([gates, -gates])\n"
        "        for active, points in ((bits, gates),):",
    ),
    Mutant(
        "iter_patterns",
        "holds every block",
        "    for bits, gates in halves:",
        "    for bits, gates in list(halves):",
    ),
    Mutant(
        "iter_patterns",
        "the opposite patterns are missing",
        "in ((bits, gates), (~bits, -gates)):",
        "in ((bits, gates),):",
    ),
    Mutant(
        "iter_patterns",
        "the opposite patterns keep the gates",
        "in ((bits, gates), (~bits, -gates)):",
        "in ((bits, gates), (~bits, gates)):",
    ),
    Mutant(
        "sample_patterns",
        "uniform gates in the positive orthant",
        "as_rng(rng).standard_normal((num_gates, X.shape[1]))",
        "as_rng(rng).random((num_gates, X.shape[1]))",
    ),
    Mutant(
        "sample_patterns",
        "uniform gates in a cube: wrong angles",
        "return _realised(X, _gaussian_gates(X, num_gates, rng))",
        "_gaussian_gates(X, num_gates, rng)\n"
        "    return _realised(X, rng.uniform(-1, 1, (num_gates, X.shape[1])))",
    ),
    Mutant(
        "sample_patterns",
        "> for >=: a zero row is inactive",
        "found.append(Patterns(values[inside] >= 0, some[inside]))",
        "found.append(Patterns(values[inside] > 0, some[inside]))",
    ),
    Mutant(
        "sample_patterns",
        "repeated patterns stay",
        "found = np.sort(np.unique(keys, return_index=True)[1])",
        "found = np.arange(len(keys))",
    ),
    Mutant(
        "sample_patterns",
        "sorted by pattern, the order of discovery is lost",
        "found = np.sort(np.unique(keys, return_index=True)[1])",
        "found = np.unique(keys, return_index=True)[1]",
    ),
    Mutant(
        "sample_patterns",
        "one gate too few",
        "as_rng(rng).standard_normal((num_gates, X.shape[1]))",
        "as_rng(rng).standard_normal((num_gates // 2 + 1, X.shape[1]))",
    ),
    Mutant(
        "sample_vertex_patterns",
        "plain Gaussian gates",
        "gates[some[good]] = points @ T.T / columns",
        "pass",
    ),
    Mutant(
        "sample_vertex_patterns",
        "always the same side of the hyperplanes",
        "sides = rng.standard_normal((len(edges), 1, r - 1))",
        "sides = np.abs(rng.standard_normal((len(edges), 1, r - 1)))",
    ),
    Mutant(
        "sample_vertex_patterns",
        "neighbouring rows only",
        "S = rng.random((len(some), m)).argsort(axis=1)[:, : r - 1]",
        "S = (rng.integers(m, size=(len(some), 1)) + np.arange(r - 1)) % m",
    ),
    Mutant(
        "sample_vertex_patterns",
        "the vertex and not its opposite",
        "ends = np.append(V[S], rng.standard_normal((len(some), 1, r)), axis=1)",
        "ends = np.append(V[S], np.ones((len(some), 1, r)), axis=1)",
    ),
    Mutant(
        "sample_vertex_patterns",
        "gates in the coordinates of the scaled rows",
        "gates[some[good]] = points @ T.T / columns",
        "gates[some[good]] = points @ np.eye(r, X.shape[1])",
    ),
    Mutant(
        "sample_vertex_patterns",
        "a step of fixed length leaves the cells",
        "points = step_inside(edges[:, :, -1], edge, values, edge @ V.T)",
        "points = edges[:, :, -1] + 0.5 * edge",
    ),
    Mutant(
        "merge_patterns",
        "repeated patterns stay",
        "found = np.sort(np.unique(keys, return_index=True)[1])",
        "found = np.arange(len(keys))",
    ),
    Mutant(
        "merge_patterns",
        "the order of appearance is lost",
        "found = np.sort(np.unique(keys, return_index=True)[1])",
        "found = np.unique(keys, return_index=True)[1]",
    ),
    Mutant(
        "merge_patterns",
        "the last gate of a pattern and not the first",
        "found = np.sort(np.unique(keys, return_index=True)[1])",
        "found = np.sort(len(keys) - 1 - np.unique(keys[::-1], return_index=True)[1])",
    ),
    Mutant(
        "merge_patterns",
        "forgets the first argument",
        "every = (first, *others)",
        "every = others or (first,)",
    ),
    Mutant(
        "merge_patterns",
        "compares the first eight bits only",
        "keys = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]",
        "keys = packed[:, 0] // 16",
    ),
    Mutant(
        "sample_patterns",
        "believes signs that are rounding",
        "inside = (np.abs(values) >= limit).all(axis=1)",
        "inside = (np.abs(values) >= 0).all(axis=1)",
    ),
]

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
        "edge[:, :-1] = -(edges * np.sign(edges[:, -1:, :])).sum(axis=2)",
        "edge[:, :-1] = -(edges * np.abs(np.sign(edges[:, -1:, :]))).sum(axis=2)",
    ),
    Mutant(
        "half_of_cells",
        "transposes the edges",
        "edge[:, :-1] = -(edges * np.sign(edges[:, -1:, :])).sum(axis=2)",
        "edge[:, :-1] = -(edges * np.sign(edges[:, :, -1:])).sum(axis=1)",
    ),
    Mutant(
        "half_of_cells",
        "drops the cells at vertices on too many hyperplanes",
        "    if crowded:\n",
        "    if not crowded:\n        return\n    if False:\n",
    ),
    Mutant(
        "half_of_cells",
        "believes one shift: cells that the shift opens are kept",
        "np.packbits(np.where(on, sign * moved > 0, masks), axis=1)",
        "np.packbits(np.where(on, moved > 0, masks), axis=1)",
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
        "merges rows that are only close",
        "order[np.concatenate([[True], gap > tol])]",
        "order[np.concatenate([[True], gap > 0.3])]",
    ),
    Mutant(
        "half_of_cells",
        "rows that pass nearby pass through the vertex",
        "on = np.abs(values) <= tol * np.linalg.norm(",
        "on = np.abs(values) <= 0.1 * np.linalg.norm(",
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
]

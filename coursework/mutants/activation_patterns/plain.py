"""Plausible mistakes in counting, enumerating and sampling by hand."""

from coursework.mutants import Mutant

COUNT, LIST, SAMPLE = (
    "plain_count_patterns",
    "plain_enumerate_patterns",
    "plain_sample_patterns",
)
CELL = "linprog(np.zeros(d), -sides[:, None] * X, -np.ones(n), bounds=(None, None))"
ONCE = "np.unique(gates @ X.T >= 0, axis=0, return_index=True)"
START = "if n == 1 or rank == 1:\n        return 2"

MUTANTS = [
    Mutant(COUNT, "rank one has one pattern", START, START.replace("rank == 1", "0")),
    Mutant(COUNT, "one row has one pattern", START, START.replace("2", "1")),
    Mutant(
        COUNT,
        "every cell is cut",
        "plain_count_patterns(n - 1, rank - 1)",
        "plain_count_patterns(n - 1, rank)",
    ),
    Mutant(
        COUNT,
        "the traces keep all hyperplanes",
        "return whole + plain_count_patterns(n - 1, rank - 1)",
        "return whole + plain_count_patterns(n, rank - 1)",
    ),
    Mutant(COUNT, "counts one half", "return whole +", "return whole // 2 +"),
    Mutant(LIST, "linprog's default bounds: h >= 0", CELL, CELL[:-22] + ")"),
    Mutant(LIST, "a cell may be flat", CELL, CELL.replace("np.ones", "np.zeros")),
    Mutant(LIST, "the wrong side", CELL, CELL.replace("-sides", "sides")),
    Mutant(
        LIST,
        "stops after as many patterns as rows",
        "if point is not None:",
        "if point is not None and len(masks) < len(X):",
    ),
    Mutant(LIST, "one side of each row", "in (True, False):", "in (True,):"),
    Mutant(
        LIST,
        "keeps the gate of all rows but the last",
        "try_sides(longer, point)",
        "try_sides(longer, gate if mask.size else point)",
    ),
    Mutant(SAMPLE, "uniform gates", "rng.standard_normal((", "rng.random(("),
    Mutant(SAMPLE, "the opposite side", ONCE, ONCE.replace(">=", "<")),
    Mutant(SAMPLE, "gates of other patterns", "gates[first]", "gates[: len(masks)]"),
    Mutant(
        SAMPLE,
        "repeated patterns stay",
        ONCE,
        "gates @ X.T >= 0, np.arange(num_gates)",
    ),
    Mutant(
        SAMPLE,
        "one gate too few",
        "rng.standard_normal((num_gates,",
        "rng.standard_normal((num_gates - 1 or 1,",
    ),
]

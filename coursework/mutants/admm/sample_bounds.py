"""Plausible mistakes in the bounds on random samples."""

from coursework.mutants import Mutant

MEAN, TAIL, NEED = "improvement_bound", "violation_tail", "samples_needed"
RATIO = 'n / (as_integer(num_samples, "num_samples", low=0) + 1)'
BETA = "betainc(N - n + 1, n, 1.0 - level)"

MUTANTS = [
    Mutant(MEAN, "divides by N", RATIO, RATIO.replace("+ 1)", "+ 1e-9)")),
    Mutant(MEAN, "may exceed one", "min(1.0, " + RATIO + ")", RATIO),
    Mutant(MEAN, "one sample matters, not n", RATIO, RATIO.replace("n /", "1 /", 1)),
    Mutant(MEAN, "upside down", RATIO, "(num_samples + 1) / n"),
    Mutant(MEAN, "n + 1 as in the paper", RATIO, RATIO.replace("n /", "(n + 1) /", 1)),
    Mutant(
        TAIL,
        "one term too many",
        BETA,
        "betainc(N - n, n + 1, 1.0 - level) if N > n else 1.0",
    ),
    Mutant(TAIL, "the other tail", BETA, "betainc(N - n + 1, n, level)"),
    Mutant(TAIL, "the complement", BETA, "1.0 - " + BETA),
    Mutant(TAIL, "no samples needed", "1.0 if n > N", "0.0 if n > N"),
    Mutant(TAIL, "parameters exchanged", BETA, "betainc(n, N - n + 1, 1.0 - level)"),
    Mutant(NEED, "the larger of the two", "enough = min(", "enough = max("),
    Mutant(
        NEED, "adds the logarithm", "(n + 1 - np.log(psi))", "(n + 1 + np.log(psi))"
    ),
    Mutant(NEED, "rounds down", "np.ceil(enough)", "np.floor(enough)"),
    Mutant(NEED, "forgets a factor 2", "2 / xi * (n", "1 / xi * (n"),
    Mutant(
        NEED, "forgets the confidence", "(n + 1) / (psi * xi) - 1", "(n + 1) / xi - 1"
    ),
]

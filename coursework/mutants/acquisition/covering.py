"""Plausible mistakes in k-center with stale distances."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "k_center",
        "stale distances are taken for true",
        "while seen[i := int(bound.argmax())] < len(picks):",
        "while seen[i := int(bound.argmax())] < len(picks) - 1:",
    ),
    Mutant(
        "k_center",
        "the nearest point",
        "int(bound.argmax())] <",
        "int(np.where(bound < 0, np.inf, bound).argmin())] <",
    ),
    Mutant(
        "k_center",
        "picks stay in the pool",
        "        bound[i] = -1.0\n",
        "",
    ),
    Mutant(
        "k_center",
        "a first pick may come again",
        "    bound[first] = -1.0\n",
        "",
    ),
    Mutant(
        "k_center",
        "forgets the labelled points",
        "return _farthest_first(H, _nearest(H, C), budget, [])",
        "return _farthest_first(H, _nearest(H, C[:1]), budget, [])",
    ),
    Mutant(
        "k_center",
        "the first pick is the longest",
        "int(rng.integers(len(H)))",
        "int(np.linalg.norm(H, axis=1).argmax())",
    ),
    Mutant(
        "k_center",
        "a ghost centre at the origin",
        "bound = _lengths(H - H[first])",
        ("bound = np.minimum(_lengths(H - H[first]), _lengths(H))"),
    ),
    Mutant(
        "k_center",
        "refreshes with the last pick only",
        "range(int(seen[top].min()), len(picks))",
        "range(len(picks) - 1, len(picks))",
    ),
    Mutant(
        "k_center",
        "a fresh distance replaces the bound",
        "bound[top] = np.minimum(bound[top], _lengths(H[top] - H[picks[k]]))",
        "bound[top] = _lengths(H[top] - H[picks[k]])",
    ),
    Mutant(
        "k_center",
        "believes products inside a cluster",
        "for c in C if near.any() else []",
        "for c in C[:0]",
    ),
    Mutant(
        "k_center",
        "the farthest centre",
        "(A @ B.T)).argmin(axis=1)",
        "(A @ B.T)).argmax(axis=1)",
    ),
    Mutant(
        "k_center",
        "half the product",
        "squares - 2.0 * (A @ B.T)",
        "squares - (A @ B.T)",
    ),
    Mutant(
        "k_center",
        "units of the pool only",
        "H, C = safe_units(H, C)",
        "(H,) = safe_units(H)",
    ),
]

"""Plausible mistakes in k-center with stale distances."""

from coursework.mutants import Mutant

CENTER = "k_center"
OLDER = "while seen[i := int(bound.argmax())] < len(picks):"

MUTANTS = [
    Mutant(CENTER, "stale distances are taken for true", OLDER, OLDER.replace(
        "len(picks)", "len(picks) - 1")),
    Mutant(CENTER, "bounds are taken for distances", OLDER, OLDER.replace(
        "< len(picks)", "< 0 * len(picks) - 1")),
    Mutant(CENTER, "the nearest point", "int(bound.argmax())] <",
           "int(np.where(bound < 0, np.inf, bound).argmin())] <"),
    Mutant(CENTER, "picks stay in the pool", "        bound[i] = -1.0\n", ""),
    Mutant(CENTER, "a first pick may come again", "    bound[picks] = -1.0\n", ""),
    Mutant(CENTER, "forgets the labelled points", "np.vstack([C, centers])",
           "np.vstack([C[:1], centers])"),
    Mutant(CENTER, "the first pick is the longest", "int(rng.integers(len(H)))",
           "int((H**2).sum(axis=1).argmax())"),
    Mutant(CENTER, "a ghost centre at the origin", "C = H[picks]",
           "C = np.vstack([H[picks], 0.0 * H[:1]])"),
    Mutant(CENTER, "measures to the last pick only", "H[picks[max(known, 0) :]]",
           "H[picks[-1:]]"),
    Mutant(CENTER, "a fresh distance replaces the bound",
           "np.minimum(bound[top], _nearest(H[top], centers))",
           "_nearest(H[top], centers)"),
    Mutant(CENTER, "bounds that are too small", "theirs - 2.0 * (H[rows]",
           "theirs - 4.0 * (H[rows]"),
    Mutant(CENTER, "bounds of the first rows only", "bound[rows] = (theirs",
           "bound[:] = (theirs[:0].sum() + theirs"),
    Mutant(CENTER, "believes products inside a cluster",
           "for c in C if near.any() else []", "for c in C[:0]"),
    Mutant(CENTER, "the farthest centre", "(A @ B.T)).argmin(axis=1)",
           "(A @ B.T)).argmax(axis=1)"),
    Mutant(CENTER, "half the product", "squares - 2.0 * (A @ B.T)",
           "squares - (A @ B.T)"),
    Mutant(CENTER, "units of the pool only", "H, C = safe_units(H, C)",
           "(H,) = safe_units(H)"),
]  # fmt: skip

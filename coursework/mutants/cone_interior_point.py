"""Plausible mistakes in `reference.cone_interior_point`."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "cone_interior_point",
        "forgets that the signs differ",
        'return np.einsum("pn,pn->n", D, (xi * w).sum(0) @ X.T)',
        'return np.einsum("pn,pn->n", D, w.sum(0) @ X.T)',
    ),
    Mutant(
        "cone_interior_point",
        "flips the cones",
        "side = np.where(masks[:, live], 1.0, -1.0)",
        "side = np.where(masks[:, live], -1.0, 1.0)",
    ),
    Mutant(
        "cone_interior_point",
        "forgets the inactive half of the cones",
        "side = np.where(masks[:, live], 1.0, -1.0)",
        "side = np.where(masks[:, live], 1.0, 0.0)",
    ),
    Mutant(
        "cone_interior_point",
        "stops at a loose gap",
        "if worst >= 0 and now.gap <= tol * scale:",
        "if worst >= 0 and now.gap <= 1e5 * tol * scale:",
    ),
    Mutant(
        "cone_interior_point",
        "returns blocks outside their cones",
        "if worst >= 0 and now.gap <= tol * scale:",
        "if now.gap <= 1e3 * tol * scale:",
    ),
    Mutant(
        "cone_interior_point",
        "clears small blocks without a certificate",
        "        if slack[active].min(initial=np.inf) >= 0 and clean.ga"
        "p <= tol * scale:",
        "        if now.gap <= 1e-2 * scale:",
    ),
    Mutant(
        "cone_interior_point",
        "reports the objective without λ",
        "value = 0.5 * float(r @ r) + reg * penalty",
        "value = 0.5 * float(r @ r) + penalty",
    ),
    Mutant(
        "cone_interior_point",
        "steps through the boundary",
        "length = min(1.0, 0.99 * longest(*step)[0])",
        "length = min(1.0, 1.2 * longest(*step)[0])",
    ),
]

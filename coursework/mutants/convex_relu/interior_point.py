"""Plausible mistakes in `reference.convex_relu.interior_point`."""

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
        "drops the cones",
        "if gated else unit_rows(X)",
        "if True else unit_rows(X)",
    ),
    Mutant(
        "cone_interior_point",
        "stops at a loose gap",
        "if worst >= 0 and now.gap <= tol * scale:",
        "if worst >= 0 and now.gap <= 1e5 * tol * scale:",
    ),
    Mutant(
        "cone_interior_point",
        "does not ask whether the cones hold",
        "if worst >= 0 and now.gap <= tol * scale:",
        "if now.gap <= tol * scale:",
    ),
    Mutant(
        "cone_interior_point",
        "scales the norm cones the wrong way round",
        "return np.sqrt(rx / rz), v, J * middle",
        "return np.sqrt(rz / rx), v, J * middle",
    ),
    Mutant(
        "cone_interior_point",
        "forgets the multipliers of the cones in the certificate",
        "norms = np.linalg.norm(adjoint(r) + (side * rho) @ rows, axis=-1)",
        "norms = np.linalg.norm(adjoint(r), axis=-1)",
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

"""Plausible mistakes in the interior point of the convex program."""

from coursework.mutants import Mutant

STOP = "if clean.gap <= tol * unit and F.cone_values(w).min(initial=0.0) >= 0:"

MUTANTS = [
    Mutant(
        "cone_interior_point",
        "forgets that the signs differ",
        "(1.0,) if gated else (1.0, -1.0)",
        "(1.0,) if gated else (1.0, 1.0)",
    ),
    Mutant(
        "cone_interior_point",
        "moves the slacks against the weights",
        "return dw, F.cone_values(dw) + lack",
        "return dw, lack - F.cone_values(dw)",
    ),
    Mutant(
        "cone_interior_point",
        "pushes the blocks out of the cones",
        "right = pull + F.cone_adjoint",
        "right = pull - F.cone_adjoint",
    ),
    Mutant(
        "cone_interior_point",
        "drops the cones",
        "dw = solve(right + cones.pull(target_z))",
        "dw = solve(pull + cones.pull(target_z))",
    ),
    Mutant(
        "cone_interior_point",
        "stops at a loose gap",
        STOP,
        STOP.replace("tol * unit", "1e5 * tol * unit"),
    ),
    Mutant(
        "cone_interior_point",
        "does not ask whether the cones hold",
        STOP,
        "if clean.gap <= tol * unit:",
    ),
    Mutant(
        "cone_interior_point",
        "forgets the multipliers of the cones in the certificate",
        "F.adjoint(r) + F.cone_adjoint(rho)",
        "F.adjoint(r)",
    ),
    Mutant(
        "cone_interior_point",
        "clears small blocks without a certificate",
        "clean = _certified(F, y, reg, w, state.rho, iteration)[1]",
        "clean = ConeSolution(w, state.rho, whole.objective, 0.0, iteration)",
    ),
    Mutant(
        "cone_interior_point",
        "reports the objective without λ",
        "0.5 * r @ r + reg * penalty",
        "0.5 * r @ r + penalty",
    ),
    Mutant(
        "cone_interior_point",
        "never aims beyond, and stays outside the cones",
        "lack = np.minimum(lack, lack / 0.9)",
        "lack = np.maximum(lack, 0.5 * lack)",
    ),
    Mutant(
        "cone_interior_point",
        "forgets what the slacks lack",
        "return dw, F.cone_values(dw) + lack",
        "return dw, F.cone_values(dw)",
    ),
    Mutant(
        "cone_interior_point",
        "adds the identity's rows twice in Woodbury",
        "    gram = np.eye(n)\n",
        "    gram = 2.0 * np.eye(n)\n",
    ),
    Mutant(
        "cone_interior_point",
        "ignores the masks in Woodbury",
        "* D[part, :, None])",
        "* 1.0)",
    ),
    Mutant(
        "cone_interior_point",
        "Newton's matrix without the cones",
        "H = curvature + (theta @ products)",
        "H = curvature + 0 * (theta @ products)",
    ),
    Mutant(
        "cone_interior_point",
        "starts with the wrong multiplier of t",
        "    z[..., 0] = reg\n",
        "    z[..., 0] = 2.0 * reg\n",
    ),
    Mutant(
        "cone_interior_point",
        "leaves what Woodbury cancels",
        "return dw + attempt(rest)",
        "return dw",
    ),
    Mutant(
        "cone_interior_point",
        "refines with the fit added",
        "rest = right - F.adjoint",
        "rest = right + F.adjoint",
    ),
    Mutant(
        "cone_interior_point",
        "refines with the blocks' part added",
        "- (H @ dw[..., None])[..., 0]",
        "+ (H @ dw[..., None])[..., 0]",
    ),
    Mutant(
        "cone_interior_point",
        "Woodbury with the wrong sign",
        "return dw - apply(F.adjoint(",
        "return dw + apply(F.adjoint(",
    ),
]

"""Plausible mistakes in the interior point of the convex program."""

from coursework.mutants import Mutant

STOP = "if clean.gap <= tol * unit and program.slacks(w).min(initial=0.0) >= 0:"
NORMS = "self.F.adjoint(r) + (self.side * rho) @ self.rows"

MUTANTS = [
    Mutant(
        "cone_interior_point",
        "forgets that the signs differ",
        "(1.0,) if gated else (1.0, -1.0)",
        "(1.0,) if gated else (1.0, 1.0)",
    ),
    Mutant(
        "cone_interior_point",
        "flips the cones",
        "F.side[:, :m]",
        "-F.side[:, :m]",
    ),
    Mutant(
        "cone_interior_point",
        "forgets the inactive half of the cones",
        "F.side[:, :m]",
        "np.maximum(F.side[:, :m], 0.0)",
    ),
    Mutant(
        "cone_interior_point",
        "drops the cones",
        "0 if gated else int(F.live.sum())",
        "0",
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
        NORMS,
        "self.F.adjoint(r)",
    ),
    Mutant(
        "cone_interior_point",
        "clears small blocks without a certificate",
        "clean = program.certified(w, state.rho, iteration)[1]",
        "clean = ConeSolution(w, state.rho, whole.objective, 0.0, iteration)",
    ),
    Mutant(
        "cone_interior_point",
        "reports the objective without λ",
        "value = 0.5 * float(r @ r) + self.reg * float(penalty)",
        "value = 0.5 * float(r @ r) + float(penalty)",
    ),
    Mutant(
        "cone_interior_point",
        "steps through the boundary",
        "length = min(1.0, 0.99 * longest)",
        "length = min(1.0, 1.2 * longest)",
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
        "ds = program.slacks(dw) + lack",
        "ds = program.slacks(dw)",
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
        "H = cones.curvature + (theta @ program.products)[..., program.place]",
        "H = cones.curvature + 0 * (theta @ program.products)[..., program.place]",
    ),
    Mutant(
        "cone_interior_point",
        "starts with the wrong multiplier of t",
        "x[..., 0], z[..., 0] = size, program.reg",
        "x[..., 0], z[..., 0] = size, 2.0 * program.reg",
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
    Mutant(
        "cone_interior_point",
        "moves the multipliers, and forgets where they are",
        "drho = target_rho - theta * ds - rho",
        "drho = target_rho - theta * ds",
    ),
]

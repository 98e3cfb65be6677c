"""Plausible mistakes in the splitting: Woodbury, updates, multipliers."""

from coursework.mutants import Mutant

SOLVER, STEPS, BOUND = "normal_solver", "admm_iterates", "dual_norm_bound"
GRAM = "return NormalSolver(F, inverse, F.gram(inverse), shift)"
SHIFTED = "self.gram + self.shift * np.eye(len(self.gram))"

MUTANTS = [
    Mutant(
        SOLVER,
        "forgets that there are two signs",
        GRAM,
        GRAM.replace("(inverse)", "(inverse) / len(F.signs)"),
    ),
    Mutant(
        SOLVER,
        "multiplies Booleans: a logical or",
        GRAM,
        GRAM.replace("(inverse)", "(inverse) / np.maximum(F.D.T @ F.D, 1)"),
    ),
    Mutant(
        SOLVER,
        "forgets the cones in the small matrix",
        GRAM,
        GRAM.replace("F.gram(inverse)", "F.gram()"),
    ),
    Mutant(
        SOLVER,
        "adds 1/shift instead of shift",
        SHIFTED,
        SHIFTED.replace("self.shift *", "1 / self.shift *"),
    ),
    Mutant(
        SOLVER,
        "forgets the last inverse of Woodbury",
        "return r - self.F.adjoint(a) @ self.inverse",
        "return r - self.F.adjoint(a)",
    ),
    Mutant(
        SOLVER,
        "the sign of Woodbury's correction",
        "return r - self.F.adjoint(a) @ self.inverse",
        "return r + self.F.adjoint(a) @ self.inverse",
    ),
    Mutant(
        SOLVER,
        "a matrix product for Hadamard's",
        GRAM,
        GRAM.replace(
            "F.gram(inverse)",
            "len(F.signs) * (F.X @ inverse @ F.X.T) @ (F.D.T @ F.D)",
        ),
    ),
    Mutant(
        SOLVER,
        "the same sign for both halves",
        "SIGNS = (1.0, -1.0)",
        "SIGNS = (1.0, 1.0)",
    ),
    Mutant(
        STEPS,
        "shrinks by reg times rho",
        "shrink_blocks(q[0], self.reg / rho)",
        "shrink_blocks(q[0], self.reg * rho)",
    ),
    Mutant(
        STEPS,
        "shrinks by reg",
        "shrink_blocks(q[0], self.reg / rho)",
        "shrink_blocks(q[0], self.reg)",
    ),
    Mutant(
        STEPS,
        "soft-thresholds entries, not blocks",
        "shrink_blocks(q[0], self.reg / rho)",
        "np.sign(q[0]) * np.maximum(abs(q[0]) - self.reg / rho, 0)",
    ),
    Mutant(
        STEPS,
        "clips on the wrong side",
        "s = np.maximum(q[1], 0.0)",
        "s = np.minimum(q[1], 0.0)",
    ),
    Mutant(
        STEPS,
        "drops the multiplier of the cones",
        "tuple(a - c for a, c in zip(q, copies, strict=True))",
        "(q[0] - copies[0], 0 * q[1], q[2] - copies[2])",
    ),
    Mutant(
        STEPS,
        "adds the multiplier to the goal",
        "*(c - m for c, m in",
        "*(c + m for c, m in",
    ),
    Mutant(
        STEPS,
        "forgets 1/rho in the linear term",
        "right + pull / rho if",
        "right + pull if",
    ),
    Mutant(
        STEPS,
        "changes rho but not the factor",
        "solve = solve.refactor(rho) if squared else solve",
        "solve = solve",
    ),
    Mutant(
        STEPS,
        "lets the multipliers jump when rho does",
        "multipliers = tuple(m / factor for m in multipliers)",
        "pass",
    ),
    Mutant(STEPS, "never balances", "if adapt and factor", "if False and factor"),
    Mutant(
        STEPS,
        "exchanges the residuals",
        "eta, primal, dual, rho)",
        "eta, dual, primal, rho)",
    ),
    Mutant(
        STEPS,
        "does not relax the old copies",
        "c + relaxation * (new - c) + m",
        "relaxation * new + m",
    ),
    Mutant(
        STEPS,
        "proximal step rho instead of 1/rho",
        "prox_loss(q[2], self.y, self.shift / rho, self.loss)",
        "prox_loss(q[2], self.y, rho, self.loss)",
    ),
    Mutant(
        STEPS,
        "reports the multipliers without rho",
        "eta[..., self.F.live] = -rho * self.scale * tau",
        "eta[..., self.F.live] = -self.scale * tau",
    ),
    Mutant(
        BOUND,
        "multipliers with the wrong sign",
        "q = q + ((2.0 * F.D - 1.0)",
        "q = q - ((2.0 * F.D - 1.0)",
    ),
    Mutant(
        BOUND,
        "the mask for the side",
        "((2.0 * F.D - 1.0) * cone_duals)",
        "(F.D * cone_duals)",
    ),
    Mutant(
        BOUND,
        "the smallest block",
        "np.linalg.norm(q, axis=-1).max()",
        "np.linalg.norm(q, axis=-1).min()",
    ),
    Mutant(
        BOUND,
        "the norm of all blocks together",
        "np.linalg.norm(q, axis=-1).max()",
        "np.linalg.norm(q)",
    ),
    Mutant(
        BOUND,
        "the largest entry",
        "np.linalg.norm(q, axis=-1).max()",
        "np.abs(q).max()",
    ),
    Mutant(
        STEPS,
        "forgets the multipliers of the cones in the residual",
        "u = u + self.scale * self.F.cone_adjoint(s)",
        "u = 1.0 * u",
    ),
    Mutant(
        STEPS,
        "squares of lengths for lengths",
        "return float(np.sqrt(squares))",
        "return float(squares)",
    ),
    Mutant(
        STEPS, "multipliers at the lengths of the iteration", "* tau / sizes", "* tau"
    ),
    Mutant(
        STEPS,
        "a residual over the old copies",
        "max(self.size(*here), self.size(*copies), 1e-300)",
        "self.size(*old)",
    ),
    Mutant(
        STEPS,
        "starts at a natural unit of one",
        "float(np.trace(solve.gram) / n or 1.0)",
        "1e6",
    ),
    Mutant(
        SOLVER,
        "subtracts the shift",
        SHIFTED,
        SHIFTED.replace("+", "-"),
    ),
    Mutant(
        STEPS,
        "keeps the lengths of the rows",
        "rows = scale * LiftedOperator(X, D).rows if",
        "rows = X[X.any(axis=1)] if",
    ),
    Mutant(
        STEPS,
        "a dual residual without the penalty",
        "rho * float(np.linalg.norm(moved)) / force",
        "float(np.linalg.norm(moved)) / force",
    ),
]

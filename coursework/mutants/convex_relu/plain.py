"""Plausible mistakes in the plain convex program."""

from coursework.mutants import Mutant

VALUE, PROJECT, GAP, FISTA = (
    "plain_convex_objective",
    "plain_project",
    "plain_gap",
    "plain_fista",
)
SUM = "0.5 * r @ r + reg * np.linalg.norm(blocks, axis=-1).sum()"
MOREAU = "[q + s.T @ nnls(s.T, -q)[0] for q, s in zip(part, S, strict=True)]"
SCALE = "np.clip(y @ r / (r @ r), -reg / c, reg / c)"
SHORTER = "np.maximum(sizes - reg / L, 0.0) / np.maximum(sizes, reg / L)"
STEP = "ahead + _plain_pull(r, X, masks, k) / L"

MUTANTS = [
    Mutant(VALUE, "forgets the ½ of the loss", SUM, SUM.replace("0.5 * ", "")),
    Mutant(VALUE, "squares the norms", SUM, "0.5 * r @ r + reg * (blocks**2).sum()"),
    Mutant(
        VALUE,
        "one norm of all blocks",
        SUM,
        "0.5 * r @ r + reg * np.linalg.norm(blocks)",
    ),
    Mutant(
        VALUE, "averages over the samples", SUM, SUM.replace("r @ r", "r @ r / len(r)")
    ),
    Mutant(VALUE, "halves the penalty", SUM, SUM.replace("+ reg", "+ 0.5 * reg")),
    Mutant(
        VALUE,
        "adds the blocks of both signs",
        "blocks[0] - blocks[1] if",
        "blocks[0] + blocks[1] if",
    ),
    Mutant(
        VALUE,
        "forgets the masks",
        "(masks * (difference @ X.T)).sum(axis=0)",
        "(difference @ X.T).sum(axis=0)",
    ),
    Mutant(
        VALUE,
        "a ReLU of its own",
        "(masks * (difference @ X.T)).sum(axis=0)",
        "np.maximum(difference @ X.T, 0).sum(axis=0)",
    ),
    Mutant(PROJECT, "flips the cones", "(2.0 * masks - 1.0)", "(1.0 - 2.0 * masks)"),
    Mutant(
        PROJECT,
        "keeps the active half of the cones",
        "(2.0 * masks - 1.0)",
        "(1.0 * masks)",
    ),
    Mutant(
        PROJECT,
        "the other part of Moreau's pair",
        MOREAU,
        MOREAU.replace("q + s.T", "-s.T"),
    ),
    Mutant(
        PROJECT,
        "asks for the multipliers of -q",
        MOREAU,
        MOREAU.replace("nnls(s.T, -q)", "nnls(s.T, q)"),
    ),
    Mutant(
        PROJECT,
        "any multipliers, not non-negative ones",
        MOREAU,
        MOREAU.replace("nnls(s.T, -q)[0]", "np.linalg.lstsq(s.T, -q, rcond=None)[0]"),
    ),
    Mutant(
        PROJECT, "projects gated models as well", "if len(blocks) == 1:", "if False:"
    ),
    Mutant(GAP, "uses the residual unscaled", SCALE, "1.0"),
    Mutant(GAP, "scales without a bound", SCALE, "y @ r / (r @ r)"),
    Mutant(GAP, "clips at c/λ", SCALE, "np.clip(y @ r / (r @ r), -c / reg, c / reg)"),
    Mutant(
        GAP, "forgets the ½ of the dual", "y @ nu - 0.5 * nu @ nu", "y @ nu - nu @ nu"
    ),
    Mutant(
        GAP,
        "forgets the cones",
        "plain_project(_plain_pull(r, X, masks, len(blocks)), X, masks)",
        "_plain_pull(r, X, masks, len(blocks))",
    ),
    Mutant(GAP, "one sign only", "np.stack([q, -q][:k])", "np.stack([q, q][:k])"),
    Mutant(
        GAP,
        "the norm of all blocks together",
        "np.linalg.norm(pulls, axis=-1).max()",
        "np.linalg.norm(pulls)",
    ),
    Mutant(GAP, "certifies with y", "nu = scale * r", "nu = scale * y"),
    Mutant(FISTA, "has no momentum", "(before - 1.0) / t", "0.0"),
    Mutant(FISTA, "extrapolates backwards", "* (u - old)", "* (old - u)"),
    Mutant(
        FISTA,
        "shrinks by λ, not by λ/L",
        SHORTER,
        "np.maximum(sizes - reg, 0.0) / np.maximum(sizes, reg)",
    ),
    Mutant(
        FISTA,
        "shrinks entries, not blocks",
        "np.linalg.norm(q, axis=-1, keepdims",
        "np.abs(q) if True else np.linalg.norm(q, axis=-1, keepdims",
    ),
    Mutant(FISTA, "steps uphill", STEP, STEP.replace("+", "-")),
    Mutant(
        FISTA,
        "forgets that two signs double ‖F‖²",
        "L = k * np.linalg",
        "L = 0.5 * np.linalg",
    ),
    Mutant(
        FISTA, "takes the smallest eigenvalue", "(M.T @ M)).max()", "(M.T @ M)).min()"
    ),
    Mutant(FISTA, "a norm without the masks", "(X @ X.T) * (M.T @ M)", "X @ X.T"),
    Mutant(
        FISTA,
        "shrinks, then projects",
        "plain_project(ahead + _plain_pull(r, X, masks, k) / L, X, masks)",
        "ahead + _plain_pull(r, X, masks, k) / L",
    ),
    Mutant(
        FISTA,
        "stops at a loose gap",
        "if gap <= tol * 0.5 * y @ y:",
        "if gap <= 0.5 * y @ y * 0.1:",
    ),
    Mutant(
        FISTA,
        "returns a gap of some steps before",
        "if iteration % 10 == 0 or iteration == max_iter:",
        "if iteration % 10 == 0:",
    ),
    Mutant(FISTA, "never stops", "if gap <= tol * 0.5 * y @ y:", "if False:"),
]

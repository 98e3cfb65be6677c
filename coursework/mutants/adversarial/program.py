"""Plausible mistakes in the robust program's parts."""

from coursework.mutants import Mutant

SLACKS = "parts = [self.side * (w @ self.rows.T) - (a @ self.box)[..., None]]"
WORST = "value = worst_losses(f, self.y, self.loss, reach=t).sum()"
PENALTY = "return float(value + self.reg * np.linalg.norm(w, axis=-1).sum())"
SCALE = "scale = min(1.0, self.reg / max(norms.max(), 1e-300))  # (eq:adv-gap)"
BEST = "return float(scale * linear - 0.5 * scale**2 * square), scale * norms"
PULL = "blocks = SIGNS * (self.D @ pull) - (self.side * rho) @ self.rows\n"
BOX = "blocks[..., self.moving] += rho.sum(axis=-1)[..., None] * self.box * tau"

MUTANTS = [
    Mutant(
        "robust_program",
        "cones without the box",
        SLACKS,
        SLACKS.replace("- (a", "- 0 * (a"),
    ),
    Mutant(
        "robust_program",
        "adds the norm to the slack",
        SLACKS,
        SLACKS.replace("- (a", "+ (a"),
    ),
    Mutant(
        "robust_program",
        "forgets the box in the loss",
        WORST,
        WORST.replace("=t", "=0.0 * t"),
    ),
    Mutant(
        "robust_program",
        "weight decay with a factor one half",
        PENALTY,
        PENALTY.replace("self.reg *", "0.5 * self.reg *"),
    ),
    Mutant(
        "robust_program",
        "squared norms",
        PENALTY,
        PENALTY.replace("np.linalg.norm(w, axis=-1).sum()", "(w * w).sum()"),
    ),
    Mutant("robust_program", "does not scale the dual point", SCALE, "scale = 1.0"),
    Mutant(
        "robust_barrier",
        "forgets the cone multipliers in the dual point",
        PULL,
        "blocks = SIGNS * (self.D @ pull)\n",
    ),
    Mutant(
        "robust_program",
        "a dual value without its square",
        BEST,
        "return float(scale * linear), scale * norms",
    ),
    Mutant(
        "robust_barrier",
        "forgets that the cones move with the box",
        BOX,
        BOX.replace("* tau", "* 0.0 * tau"),
    ),
    Mutant(
        "robust_barrier",
        "one sign for both blocks",
        "SIGNS = np.array([1.0, -1.0])",
        "SIGNS = np.array([1.0, 1.0])",
    ),
    Mutant(
        "robust_barrier",
        "a hinge without its margin",
        'return z + at if self.loss == "hinge" else z',
        "return z",
    ),
    Mutant(
        "robust_program",
        "the hinge's lower bound for the logistic loss",
        "dual_value(self.y * p, self.y, self.loss)",
        'dual_value(self.y * p, self.y, "hinge")',
    ),
    Mutant(
        "robust_barrier",
        "the slope of the logistic loss turned round",
        "return p + curve * (z - logit(p)), curve",
        "return p - curve * (z - logit(p)), curve",
    ),
    Mutant(
        "robust_barrier",
        "the hinge's slacks change places",
        "start = (theta[0] * target[1] + theta[1] * (1.0 - target[0])) / total",
        "start = (theta[1] * target[1] + theta[0] * (1.0 - target[0])) / total",
    ),
    Mutant(
        "robust_barrier",
        "the hinge's weights in a row, not in parallel",
        "return start, theta[0] * theta[1] / total",
        "return start, total",
    ),
    Mutant(
        "robust_program",
        "slopes without the residual of the squared loss",
        "(f - at * self.y)[:, None]",
        "(f - at * 0 * self.y)[:, None]",
    ),
    Mutant(
        "robust_program",
        "adds the outputs of both signs",
        "g = self.D.T @ (w[0] - w[1])",
        "g = self.D.T @ (w[0] + w[1])",
    ),
    Mutant(
        "robust_program",
        "reads the vector of slacks in the wrong order",
        "part.reshape(shape)",
        "part.reshape(shape[::-1]).T",
    ),
    Mutant(
        "robust_program",
        "takes the second group for the first",
        "part.reshape(shape)",
        "np.roll(part, 1).reshape(shape)",
    ),
    Mutant(
        "robust_program",
        "cones of active samples only",
        "side = radius[moving], 2.0 * masks[:, live] - 1.0",
        "side = radius[moving], 1.0 * masks[:, live]",
    ),
    Mutant(
        "robust_program",
        "margins with the wrong sign",
        "(box, -y) if loss",
        "(box, y) if loss",
    ),
    Mutant(
        "robust_program",
        "all samples active",
        "    D = masks.astype(float)\n",
        "    D = np.ones(masks.shape)\n",
    ),
]

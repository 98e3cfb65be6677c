"""Plausible mistakes in the algebra of norm cones."""

from coursework.mutants import Mutant

LENGTH = "length = min(1.0, 0.99 * longest)"

MUTANTS = [
    Mutant(
        "scale_cones",
        "scales the norm cones the wrong way round",
        "np.sqrt(depth_x / depth_z)",
        "np.sqrt(depth_z / depth_x)",
    ),
    Mutant(
        "scale_cones",
        "forgets to make the axis one of W, not of its square",
        "    v /= np.sqrt(2.0 * v[..., :1])\n",
        "    v /= 2.0 * v[..., :1]\n",
    ),
    Mutant(
        "scale_cones",
        "mirrors the multiplier instead of the point",
        "omega = z_unit + _mirror(x_unit)",
        "omega = x_unit + _mirror(z_unit)",
    ),
    Mutant(
        "scale_cones",
        "does not eliminate t",
        "bend = (-2.0 / k)[..., None]",
        "bend = 2.0 + (0.0 * k)[..., None]",
    ),
    Mutant(
        "scale_cones",
        "lets λ move",
        "        pair[1, ..., 1:] = after - self.z[..., 1:]\n",
        "        pair[1] = np.sum(after - self.z[..., 1:])\n",
    ),
    Mutant(
        "scale_cones",
        "takes the target for the change",
        "return target[..., 1:] - self.tilt * (target[..., :1] - self.z[..., :1])",
        "return target[..., 1:] - self.tilt * target[..., :1]",
    ),
    Mutant(
        "scale_cones",
        "no second order in the corrector",
        "return mu * inverse - _reflect(self.axes[0], self.sizes[0], second)",
        "return mu * inverse - 0 * _reflect(self.axes[0], self.sizes[0], second)",
    ),
    Mutant(
        "scale_cones",
        "an inverse without its length",
        "inverse = _mirror(self.x) / _lorentz(self.x)",
        "inverse = _mirror(self.x)",
    ),
    Mutant(
        "scale_cones",
        "a product without its rest",
        "    out = x[..., :1] * y + y[..., :1] * x\n",
        "    out = 0.0 * (x * y)\n",
    ),
    Mutant(
        "scale_cones",
        "divides by the length alone",
        "first = _dot(_mirror(x), product) / _lorentz(x)",
        "first = _dot(x, product) / _lorentz(x)",
    ),
    Mutant(
        "scale_cones",
        "the far root of the parabola",
        "down = np.sqrt(np.maximum(bend, 0.0)) - b",
        "down = -np.sqrt(np.maximum(bend, 0.0)) - b",
    ),
    Mutant(
        "scale_cones",
        "sees only steps that start downhill",
        "leaves = (bend >= 0) & ((b < 0) | (a < 0))",
        "leaves = (bend >= 0) & (b < 0)",
    ),
    Mutant(
        "scale_cones",
        "moves t against w",
        "self.give * lack - _dot(self.tilt, dw)",
        "self.give * lack + _dot(self.tilt, dw)",
    ),
    Mutant(
        "cone_interior_point",
        "moves the multipliers, and forgets where they are",
        "dq = target_q - q - theta * ds",
        "dq = target_q - theta * ds",
    ),
    Mutant(
        "cone_interior_point",
        "forgets the slacks in the change of the multipliers",
        "dq = target_q - q - theta * ds",
        "dq = target_q - q",
    ),
    Mutant(
        "cone_interior_point",
        "steps through the boundary",
        LENGTH,
        LENGTH.replace("0.99", "1.2"),
    ),
    Mutant(
        "cone_interior_point",
        "measures the step in the norm cones alone",
        "longest = min(1.0 / max(fastest, rate(*rest)), cones.longest(scaled))",
        "longest = cones.longest(scaled)",
    ),
    Mutant(
        "cone_interior_point",
        "measures the step in the slacks alone",
        "longest = min(1.0 / max(fastest, rate(*rest)), cones.longest(scaled))",
        "longest = 1.0 / max(fastest, rate(*rest))",
    ),
    Mutant(
        "cone_interior_point",
        "aims above the present products",
        "sigma = (1.0 - min(1.0, longest)) ** 3",
        "sigma = 1.5",
    ),
]

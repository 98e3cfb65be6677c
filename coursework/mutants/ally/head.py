"""Plausible mistakes in the dual regression head."""

from coursework.mutants import Mutant

F = "fit_dual_head"

MUTANTS = [
    Mutant(F, "a ReLU that dies", "soft * np.logaddexp(0.0, z / soft)",
           "np.maximum(z, 0.0)"),
    Mutant(F, "not positive", "soft * np.logaddexp(0.0, z / soft)", "z"),
    Mutant(F, "a soft maximum in other units", "soft = SOFTNESS * self.unit",
           "soft = SOFTNESS"),
    Mutant(F, "too soft", "soft = SOFTNESS * self.unit", "soft = 50.0 * self.unit"),
    Mutant(F, "forgets the level", "return self.level + self.unit * self.network",
           "return self.unit * self.network"),
    Mutant(F, "forgets the unit", "return self.level + self.unit * self.network",
           "return self.level + self.network"),
    Mutant(F, "inputs as they come", "return (H - self.mean) / self.scale",
           "return H - self.mean"),
    Mutant(F, "inputs not centred", "return (H - self.mean) / self.scale",
           "return H / self.scale"),
    Mutant(F, "slopes of the standardised dual", "np.full((len(inputs), 1), self.unit)",
           "np.ones((len(inputs), 1))"),
    Mutant(F, "slopes in the standardised embedding", "input_gradients(self.network, "
           "inputs, ones) / self.scale", "input_gradients(self.network, inputs, ones)"),
    Mutant(F, "slopes multiplied by the scale", "inputs, ones) / self.scale",
           "inputs, ones) * np.minimum(self.scale, 1e9)"),
    Mutant(F, "dead units blow up", "np.where(moving, scale, np.inf)",
           "np.where(moving, scale, 1e-9)"),
    Mutant(F, "small units are dead beside large ones", "np.abs(H).max(axis=0)",
           "np.abs(H).max()"),
    Mutant(F, "rounding is a preference", "np.ptp(prices) <= 1e-12 * prices.max()",
           "prices.std() == 0.0"),
    Mutant(F, "trains on raw duals", "(prices - level) / (unit or 1.0)", "prices"),
    Mutant(F, "one pass", "max_iter=max_iter if unit else 0", "max_iter=1"),
    Mutant(F, "a generator of its own", "rng=as_rng(rng), task",
           "rng=np.random.default_rng(), task"),
]  # fmt: skip

"""Plausible mistakes in the residual networks."""

from coursework.mutants import Mutant

F = "build_network"

MUTANTS = [
    Mutant(F, "the rectifier has no slope", "SLOPE = 0.1 ", "SLOPE = 0.0 "),
    Mutant(F, "pixels are not centred", "(images - CENTER)", "images"),
    Mutant(
        F,
        "the shortcut starts before the norm",
        "self.shortcut(inner)",
        "self.shortcut(x)",
    ),
    Mutant(
        F,
        "the second norm is forgotten",
        "self.norm2(self.conv1(inner))",
        "self.conv1(inner)",
    ),
    Mutant(
        F,
        "nothing goes around",
        "return around + self.conv2(x)",
        "return self.conv2(x)",
    ),
    Mutant(
        F,
        "every group halves",
        "2 if group > 0 and k == 0 else 1",
        "2 if k == 0 else 1",
    ),
    Mutant(
        F,
        "every block is a first one",
        "before = widths[group] if k == 0 else widths[group + 1]",
        "before = widths[group + 1] if group else widths[0]",
    ),
    Mutant(
        F,
        "copies see each other",
        "groups=copies, bias=False,",
        "groups=1, bias=False,",
    ),
    Mutant(F, "the copies' heads are mixed", '"nsd,scd->nsc"', '"nsd,tcd->nsc"'),
    Mutant(F, "the bias is left out", "logits = logits + self.bias", "pass"),
    Mutant(
        F,
        "the last rectifier is left out",
        "functional.leaky_relu(self.norm(x), SLOPE)",
        "self.norm(x)",
    ),
    Mutant(
        F,
        "the gain of a rectifier without slope",
        "2.0 / (1.0 + SLOPE**2)",
        "2.0 / (1.0 - SLOPE)",
    ),
    Mutant(
        F,
        "fan-out for fan-in",
        "fan_in = part[0].numel()",
        "fan_in = part[:, 0].numel()",
    ),
    Mutant(
        F,
        "one seed for all copies",
        "enumerate(seeds):",
        "enumerate([seeds[0]] * len(seeds)):",
    ),
    Mutant(
        F,
        "a restart keeps the moments",
        "module.reset_parameters()  # moments too",
        "pass",
    ),
    Mutant(F, "a restart keeps the bias", "self.bias.zero_()", "pass"),
    Mutant(F, "no channels", 'as_integer(base, "base", low=1)', "pass"),
    Mutant(F, "any depth", "if (depth - 4) % 6:", "if False:"),
    Mutant(
        F,
        "one block too few",
        "range((depth - 4) // 6)",
        "range(max(1, (depth - 5) // 6))",
    ),
]

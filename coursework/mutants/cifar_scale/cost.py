"""Plausible mistakes in the cost model."""

from coursework.mutants import Mutant

F = "step_cost"

MUTANTS = [
    Mutant(
        F,
        "a product and an addition are one",
        "forward += 2.0 * square",
        "forward += square",
    ),
    Mutant(
        F,
        "copies are counted twice",
        "convolution.in_channels // copies",
        "convolution.in_channels",
    ),
    Mutant(
        F,
        "strides are forgotten",
        "after = -(-side // convolution.stride[0])",
        "after = side",
    ),
    Mutant(
        F,
        "odd sides are rounded down",
        "after = -(-side // convolution.stride[0])",
        "after = side // convolution.stride[0]",
    ),
    Mutant(
        F,
        "weak views are free",
        "3.0 + 4.0 * settings.ratio",
        "3.0 + 3.0 * settings.ratio",
    ),
    Mutant(
        F, "the last layer is free", "forward = 2.0 * copies", "forward = 0.0 * copies"
    ),
    Mutant(F, "memory without averages", "16.0 * parameters", "12.0 * parameters"),
    Mutant(
        F,
        "memory of labelled images only",
        "settings.batch * (1 + settings.ratio)",
        "settings.batch",
    ),
    Mutant(
        F,
        "half precision saves nothing",
        "2.0 if settings.half",
        "4.0 if settings.half",
    ),
    Mutant(F, "the shortcut is free", "if block.shortcut is not None:", "if False:"),
    Mutant(
        F,
        "the second convolution sees the large image",
        "found.append((block.conv2, size))",
        "found.append((block.conv2, 2 * size))",
    ),
    Mutant(F, "minutes", "/ 3600.0", "/ 60.0"),
]

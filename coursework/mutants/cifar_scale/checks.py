"""Plausible mistakes at the doors."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "consistency_loss",
        "classes beyond the last",
        "int(value.max()) >= high",
        "int(value.max()) > high",
    ),
    Mutant(
        "consistency_loss",
        "classes that are no integers",
        "if value.dtype != torch.int64:",
        "if False:",
    ),
    Mutant("weak_view", "any channels", "if images.shape[1] != 3:", "if False:"),
    Mutant(
        "weak_view",
        "no tensors",
        "if not isinstance(value, torch.Tensor) or ndim",
        "if ndim",
    ),
    Mutant(
        "weak_view",
        "images of any rank",
        'need_tensor("images", images, 4)',
        'need_tensor("images", images, None)',
    ),
    Mutant("refine_tensor", "negative numbers", "or bool((values < 0.0).any())", ""),
    Mutant(
        "refine_tensor",
        "no doubles",
        "values = values.double()",
        "values = values.float()",
    ),
]

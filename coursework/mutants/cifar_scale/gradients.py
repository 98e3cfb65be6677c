"""Plausible mistakes in the sketched kernel."""

from coursework.mutants import Mutant

F = "gradient_sketch"

MUTANTS = [
    Mutant(
        F,
        "no signs in the sums",
        "generator=generator, device=flat.device) * 2 - 1",
        "generator=generator, device=flat.device) * 0 + 1",
    ),
    Mutant(
        F,
        "overwrites instead of adding",
        "short.index_add_(1, place, flat * sign)",
        "short.index_copy_(1, place, flat * sign)",
    ),
    Mutant(
        F,
        "a few sums only",
        "torch.randint(length, (size,)",
        "torch.randint(max(1, length // 8), (size,)",
    ),
    Mutant(F, "signs are not scaled", "signs / directions**0.5", "signs + 0.0"),
    Mutant(F, "signs 0 and 1", "generator=generator) * 2 - 1", "generator=generator)"),
    Mutant(
        F,
        "one sketch for all directions",
        "generators([seed], number, 1, flat.device)",
        "generators([seed], 0, 1, flat.device)",
    ),
    Mutant(
        F,
        "one seed",
        "generators([seed], number, 1, flat.device)",
        "generators([0], number, 1, flat.device)",
    ),
    Mutant(
        F,
        "signs of one seed",
        'generators([seed], 0, 2, torch.device("cpu"))',
        'generators([0], 0, 2, torch.device("cpu"))',
    ),
    Mutant(F, "the sum of the logits", "(logits[0] * row).sum()", "logits[0].sum()"),
    Mutant(
        F,
        "the first parameter only",
        "torch.cat([s.flatten(1) for s in slopes.values()], 1)",
        "torch.cat([s.flatten(1) for s in slopes.values()][:1], 1)",
    ),
    Mutant(
        F,
        "the last chunk is dropped",
        "return torch.cat(found)",
        "return torch.cat(found[: max(1, len(found) - 1)])",
    ),
    Mutant(F, "training mode", "if network.training:", "if False:"),
    Mutant(F, "directions of any length", "directions.shape[1] != classes", "False"),
]

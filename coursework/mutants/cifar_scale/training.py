"""Plausible mistakes around the steps of FixMatch."""

from coursework.mutants import Mutant

F = "train_fixmatch"

MUTANTS = [
    Mutant(
        F,
        "returns the last network",
        "return Trained(run.mean.eval()",
        "return Trained(run.net.eval()",
    ),
    Mutant(
        F,
        "a loss that is not finite passes",
        "if not math.isfinite(float(loss)):",
        "if False:",
    ),
    Mutant(
        F,
        "one step too many",
        "while run.step < settings.steps:",
        "while run.step <= settings.steps:",
    ),
    Mutant(
        F,
        "totals are not passed on",
        "run.advance(class_totals)",
        "run.advance(torch.ones_like(class_totals))",
    ),
    Mutant(F, "checkpoints are not read", "    run.resume(path)\n", ""),
    Mutant(
        F, "bytes are not asked for", "if images.dtype != torch.uint8:", "if False:"
    ),
    Mutant(
        F, "fewer seeds than copies", "if len(seeds) != network.copies:", "if False:"
    ),
    Mutant(
        F,
        "labels that are too few",
        "if labeled.shape != labels.shape or",
        "if False and",
    ),
    Mutant(
        F,
        "indices beyond the pool",
        'need_classes("labeled", labeled, len(images))',
        'need_classes("labeled", labeled, 10**9)',
    ),
]

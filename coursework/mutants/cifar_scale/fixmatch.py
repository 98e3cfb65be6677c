"""Plausible mistakes in FixMatch's loss."""

from coursework.mutants import Mutant

F = "consistency_loss"

MUTANTS = [
    Mutant(
        F, "above the threshold, not at it", "sure >= threshold", "sure > threshold"
    ),
    Mutant(
        F,
        "a mean over the sure ones",
        "doubt.mean(0).sum()",
        "(doubt.sum(0) / kept.sum(0).clamp(min=1.0)).sum()",
    ),
    Mutant(F, "the weight is forgotten", "unlabeled_weight * doubt", "doubt"),
    Mutant(
        F,
        "a mean over the copies",
        "loss = cross_entropy(labeled, y).mean(0).sum()",
        "loss = cross_entropy(labeled, y).mean()",
    ),
    Mutant(F, "everything counts", "doubt = kept * cross", "doubt = cross"),
    Mutant(
        F,
        "the guess of the strong view",
        "cross_entropy(strong, guess)",
        "cross_entropy(strong, strong.argmax(-1))",
    ),
    Mutant(F, "half precision in the logarithm", "else logits.float()", "else logits"),
    Mutant(F, "the share of the unsure", "kept.mean()", "1.0 - kept.mean()"),
    Mutant(
        F,
        "shapes are not compared",
        "if labeled.shape[:-1] != y.shape or",
        "if False and",
    ),
]

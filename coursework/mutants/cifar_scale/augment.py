"""Plausible mistakes in the views."""

from coursework.mutants import Mutant

W, S = "weak_view", "strong_view"

MUTANTS = [
    Mutant(W, "never to the right end", "2 * reach + 1, (n, 2)", "2 * reach, (n, 2)"),
    Mutant(
        W, "rows move as columns do", "draws[:, 1:] - reach", "draws[:, :1] - reach"
    ),
    Mutant(W, "flips all or none", "< 0.5\n", "< 1.5\n"),
    Mutant(W, "flips although it must not", "    if flip:\n", "    if True:\n"),
    Mutant(W, "flips what was flipped not", "right.flip(1), right)", "right, right)"),
    Mutant(
        W,
        "edges wrap around",
        "return (size - 1) - ((size - 1) - index.abs()).abs()",
        "return index % size",
    ),
    Mutant(W, "bytes stay bytes", "images.float() / 255.0", "images.float() / 256.0"),
    Mutant(
        W,
        "channels in another order",
        "unit(moved).permute(0, 3, 1, 2)",
        "unit(moved).flip(3).permute(0, 3, 1, 2)",
    ),
    Mutant(
        W,
        "one shift for all",
        "draws = torch.randint(\n        2 * reach + 1, (n, 2)",
        "draws = torch.randint(\n        2 * reach + 1, (1, 2)",
    ),
    Mutant(
        S,
        "strengths of one sign",
        "(5 * draws[:, 0]).long(), 2.0 * draws[:, 1] - 1.0",
        "(5 * draws[:, 0]).long(), draws[:, 1]",
    ),
    Mutant(
        S,
        "the weak part flips always",
        "generator=generator, flip=flip)\n    draws",
        "generator=generator)\n    draws",
    ),
    Mutant(S, "no square", "return cover(view, draws[:, 4:7])", "return view"),
    Mutant(S, "turns too far", "TURN = 0.52 ", "TURN = 0.9 "),
    Mutant(
        S,
        "shears instead of turning",
        "along + sine, cosine * one, zero]",
        "along - sine, cosine * one, zero]",
    ),
    Mutant(
        S,
        "shears one way only",
        "along = torch.where(kind == 3,",
        "along = torch.where(kind == 7,",
    ),
    Mutant(S, "shifts half as far", "2.0 * SHEAR * strength", "SHEAR * strength"),
    Mutant(
        S, "black beyond the edge", 'padding_mode="reflection"', 'padding_mode="zeros"'
    ),
    Mutant(
        S,
        "corners are the edge",
        "list(view.shape), align_corners=False",
        "list(view.shape), align_corners=True",
    ),
    Mutant(
        S,
        "contrast about black",
        "mean + factor * (view - mean)",
        "factor * (view - mean)",
    ),
    Mutant(
        S,
        "contrast of each channel",
        "view.mean((1, 2, 3), keepdim=True)",
        "view.mean((2, 3), keepdim=True)",
    ),
    Mutant(
        S,
        "colour about grey of the batch",
        "grey = view.mean(1, keepdim=True)",
        "grey = view.mean((0, 1), keepdim=True)",
    ),
    Mutant(
        S,
        "solarises the dark",
        "torch.where(view > above,",
        "torch.where(view < above,",
    ),
    Mutant(S, "leaves the unit interval", ".clamp(0.0, 1.0)", ""),
    Mutant(S, "a square of twice the side", "half = 0.5 * SQUARE", "half = SQUARE"),
    Mutant(S, "a black square", "GREY = 0.5", "GREY = 0.0"),
    Mutant(
        S,
        "the square is a band",
        "near_row[:, None, :, None] & near_column",
        "near_row[:, None, :, None] | near_column",
    ),
]

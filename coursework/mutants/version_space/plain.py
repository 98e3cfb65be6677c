"""Plausible mistakes in the plain code of chapter 1."""

from coursework.mutants import Mutant

CLIP, MIDDLE, GAME = "plain_clip", "plain_polygon_centroid", "plain_game"
BALL, WALK = "plain_chebyshev_center", "plain_hit_and_run"

MUTANTS = [
    Mutant(CLIP, "keeps the wrong side",
           "        if h_q <= 0:", "        if h_q >= 0:"),
    Mutant(CLIP, "mirrors the crossing point", "h_p / (h_p - h_q) * (q - p)",
           "h_q / (h_q - h_p) * (q - p)"),
    Mutant(CLIP, "adds the heights instead of subtracting them",
           "h_p / (h_p - h_q)", "h_p / (abs(h_p) + abs(h_q))"),
    Mutant(CLIP, "forgets the crossing points", "(h_p <= 0) != (h_q <= 0)", "False"),
    Mutant(CLIP, "forgets the offset",
           "normal @ p - offset, normal @ q - offset", "normal @ p, normal @ q"),
    Mutant(CLIP, "goes to the next corner, not from the one before",
           "np.roll(polygon, 1, axis=0), polygon", "np.roll(polygon, -1, axis=0), "
           "polygon"),
    *(
        Mutant("clip_polygon", *mistake)
        for mistake in (
            ("mirrors the crossing point", "h_p / (h_p - h_q) * (q - p)",
             "h_q / (h_q - h_p) * (q - p)"),
            ("puts the crossing at the middle of the side",
             "h_p / (h_p - h_q)", "0.5"),
            ("forgets the crossing points", "(h_p <= 0) != (h_q <= 0)", "False"),
            ("adds the crossing after the corner's next neighbour",
             "np.roll(polygon, 1, axis=0), polygon", "np.roll(polygon, -1, axis=0), "
             "polygon"),
        )
    ),
    Mutant(MIDDLE, "averages the corners", "cross @ (v + w) / (3 * cross.sum())",
           "v.mean(axis=0)"),
    Mutant(MIDDLE, "divides by 6 times the sum", "(3 * cross.sum())",
           "(6 * cross.sum())"),
    Mutant(MIDDLE, "divides by the sum alone", "(3 * cross.sum())", "cross.sum()"),
    Mutant(MIDDLE, "has a plus in the cross product",
           "v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0]",
           "v[:, 0] * w[:, 1] + v[:, 1] * w[:, 0]"),
    Mutant(MIDDLE, "weights corners, not sides", "cross @ (v + w)", "cross @ (2 * v)"),
    Mutant(GAME, "keeps the wrong half", "-y * X[i], y * offset[i]",
           "y * X[i], -y * offset[i]"),
    Mutant(GAME, "forgets the offset in the cut", "-y * X[i], y * offset[i]",
           "-y * X[i], 0.0"),
    Mutant(GAME, "forgets the offset in the margins",
           "np.abs(X @ centers[-1] + offset)",
           "np.abs(X @ centers[-1])"),
    Mutant(GAME, "takes the lowest output, not the lowest margin",
           "np.abs(X @ centers[-1] + offset)", "X @ centers[-1] + offset"),
    Mutant(GAME, "buys labels twice", "        margin[queried] = np.inf  # a label is "
           "bought once\n", ""),
    Mutant(GAME, "takes the mean of the corners for the centre",
           "        centers.append(plain_polygon_centroid(polygon))",
           "        centers.append(polygon.mean(axis=0))"),
    Mutant(GAME, "cuts only when the centre was wrong",
           "        polygon = plain_clip(",
           "        if y * (X[i] @ centers[-1] + offset[i]) <= 0:\n"
           "            polygon = plain_clip("),
    Mutant(BALL, "takes rows of length one for granted",
           "np.linalg.norm(A, axis=1)]", "np.ones(len(b))]"),
    Mutant(BALL, "makes the smallest ball", "np.zeros(A.shape[1]), -1.0",
           "np.zeros(A.shape[1]), 1.0"),
    Mutant(BALL, "leaves weights at their default bounds, nonnegative",
           ", bounds=(None, None)).x", ").x"),
    Mutant(BALL, "squares the norms", "np.linalg.norm(A, axis=1)]",
           "np.linalg.norm(A, axis=1) ** 2]"),
    Mutant(BALL, "returns the diameter", "np.array(point), radius",
           "np.array(point), 2 * radius"),
    Mutant(WALK, "draws from the middle half of the chord", "rng.uniform(low, high)",
           "(low + high) / 2 + (high - low) * rng.uniform(-0.25, 0.25)"),
    Mutant(WALK, "always goes forward", "rng.uniform(low, high)",
           "rng.uniform(0, high)"),
    Mutant(WALK, "measures the room from the start", "b - A @ z", "b - A @ start"),
    Mutant(WALK, "walks along the axes' diagonal only", "rng.standard_normal(len(z))",
           "rng.standard_normal() * np.ones(len(z))"),
    Mutant(WALK, "jumps from wall to wall", "rng.uniform(low, high) * u",
           "(low + 0.999 * (high - low) * (rng.random() < 0.5)) * u"),
    Mutant(WALK, "records midpoints", "        points.append(z)",
           "        points.append(z + (low + high) / 2 * 0 * u if len(points) % 2 "
           "else (points[-1] + z) / 2 if points else z)"),
]  # fmt: skip

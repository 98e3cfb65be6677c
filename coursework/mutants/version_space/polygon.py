"""Plausible mistakes with the polygons of chapter 1."""

from coursework.mutants import Mutant

CLIP, MIDDLE, CORNERS = "clip_polygon", "polygon_centroid", "polygon_vertices"

MUTANTS = [
    Mutant(CLIP, "keeps the wrong side", "plain_clip(vertices, normal, as_real(offset, "
           '"offset"))', "plain_clip(vertices, -normal, -as_real(offset, "
           '"offset"))'),
    Mutant(CLIP, "forgets the offset",
           'normal, as_real(offset, "offset"))', "normal, 0.0)"),
    Mutant(MIDDLE, "averages the corners",
           "vertices[0] + cross @ (v + w) / (6 * area)", "vertices.mean(axis=0)"),
    Mutant(MIDDLE, "forgets the factor 1/2 of the area",
           "cross.sum() / 2", "cross.sum()"),
    Mutant(MIDDLE, "divides by 3 instead of 6", "(6 * area)", "(3 * area)"),
    Mutant(MIDDLE, "averages the midpoints of the sides by length",
           "cross @ (v + w) / (6 * area)",
           "np.hypot(*(w - v).T) @ (v + w) / (2 * np.hypot(*(w - v).T).sum())"),
    Mutant(MIDDLE, "weights the sides by |cross| around the origin",
           "v = vertices - vertices[0]", "v = vertices"),
    Mutant(MIDDLE, "gives a negative area to clockwise corners",
           "abs(float(area)), vertices[0]", "float(area), vertices[0]"),
    Mutant(CORNERS, "stops at the first square",
           "half_side * (1 - 1e-9):", "half_side * (1 + 1e-9):"),
    Mutant(CORNERS, "leaves out the last two rows",
           "for normal, offset in zip(A, slack, strict=True):",
           "for normal, offset in zip(A[:-2], slack[:-2], strict=True):"),
    Mutant(CORNERS, "goes clockwise",
           "corners = corners[sides > 1e-12 * half_side]",
           "corners = corners[sides > 1e-12 * half_side][::-1]"),
    Mutant(CORNERS, "leaves one corner out",
           "corners = corners[sides > 1e-12 * half_side]",
           "corners = corners[sides > 1e-12 * half_side][1:]"),
    Mutant(CORNERS, "keeps the sides that rounding adds",
           "corners[sides > 1e-12 * half_side]", "corners[sides >= 0]"),
    Mutant(CORNERS, "takes rows of length one for granted",
           "plain_clip(corners, normal, offset)",
           "plain_clip(corners, normal / max(np.hypot(*normal), 1e-9), offset)"),
    Mutant(CORNERS, "returns corners relative to the ball",
           "units * (ball.point + corners)", "units * corners"),
    Mutant(CORNERS, "returns corners in balanced units",
           "units * (ball.point + corners)", "ball.point + corners"),
    Mutant(MIDDLE, "takes a thin polygon for a flat one",
           "np.abs(v).max(axis=0).prod()", "np.abs(v).max() ** 2"),
]  # fmt: skip

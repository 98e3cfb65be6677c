"""Plausible mistakes in shifts, turns and patches."""

from coursework.mutants import Mutant

S, T, P = "shift_images", "rotate_images", "erase_patches"

MUTANTS = [
    Mutant(S, "moves the other way", "np.arange(h)[:, None] - moves[:, 0, None, None]",
           "np.arange(h)[:, None] + moves[:, 0, None, None]"),
    Mutant(S, "right and down are exchanged", "- moves[:, 1, None, None]",
           "- moves[:, 0, None, None]"),
    Mutant(S, "the border is repeated", "np.clip(r, -1, h) + 1, np.clip(s, -1, w) + 1",
           "np.clip(r, 0, h - 1) + 1, np.clip(s, 0, w - 1) + 1"),
    Mutant(S, "wraps around", "np.clip(s, -1, w) + 1", "s % w + 1"),
    Mutant(S, "the same move for all", "moves[:, 1, None, None]", "moves[:1, 1, None, "
           "None]"),
    Mutant(S, "the fill is zero", "np.full((n, h + FRAME, w + FRAME), fill)",
           "np.zeros((n, h + FRAME, w + FRAME))"),
    Mutant(S, "parts of pixels are cut off", "if (moves != np.floor(moves)).any():",
           "if False:"),
    Mutant(S, "sides of zero", 'as_integer(side, "shape", low=1)',
           'as_integer(side, "shape", low=0)'),
    Mutant(S, "width and height are exchanged", "return height, width",
           "return width, height"),
    Mutant(T, "turns with the clock", "cos * down + sin * right",
           "cos * down - sin * right"),
    Mutant(T, "shears", "cos * right - sin * down", "cos * right + sin * down"),
    Mutant(T, "turns about a corner", "right = np.arange(w) - (w - 1) / 2",
           "right = np.arange(w) - w / 2"),
    Mutant(T, "height and width are exchanged", "sin * right + (h - 1) / 2",
           "sin * right + (w - 1) / 2"),
    Mutant(T, "the nearest pixel above", "((1.0 - low) * upper + low * lower)",
           "upper"),
    Mutant(T, "shares are exchanged", "(1.0 - right_of) * pixels[start] + right_of * "
           "pixels[start + 1]", "right_of * pixels[start] + (1.0 - right_of) * "
           "pixels[start + 1]"),
    Mutant(T, "degrees", "np.cos(angles), np.sin(angles)",
           "np.cos(np.deg2rad(angles)), np.sin(np.deg2rad(angles))"),
    Mutant(T, "the row below is the next but one", "below = start + w + FRAME",
           "below = start + 2 * (w + FRAME)"),
    Mutant(T, "all images turn alike", 'as_array(angles, "angles", (n,))[:, None, '
           'None]', 'as_array(angles, "angles", (n,))[:1, None, None]'),
    Mutant(P, "one pixel too many", "inside_rows = (down >= 0) & (down < size)",
           "inside_rows = (down >= 0) & (down <= size)"),
    Mutant(P, "one column too few", "inside_columns = (right >= 0) & (right < size)",
           "inside_columns = (right > 0) & (right < size)"),
    Mutant(P, "a band instead of a square", "inside_rows[:, :, None] & inside_columns",
           "inside_rows[:, :, None] | inside_columns"),
    Mutant(P, "keeps the patch only", "np.where(inside, fill, images)",
           "np.where(inside, images, fill)"),
    Mutant(P, "corners are exchanged", "down = np.arange(h) - corners[:, 0, None]",
           "down = np.arange(h) - corners[:, 1, None]"),
    Mutant(P, "the fill is zero", "np.where(inside, fill, images)",
           "np.where(inside, 0.0, images)"),
]  # fmt: skip

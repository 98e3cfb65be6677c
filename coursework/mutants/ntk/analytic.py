"""Plausible mistakes in the kernels of infinitely wide networks."""

from coursework.mutants import Mutant

F, G = "analytic_ntk", "analytic_nngp"

MUTANTS = [
    Mutant(F, "the outputs' kernel", "scale, _, tangent = _through",
           "scale, tangent, _ = _through"),
    Mutant(F, "forgets the lengths", "return scale * tangent", "return tangent"),
    Mutant(G, "the tangent kernel", "scale, cosine, _ = _through", "scale, _, cosine ="
           " _through"),
    Mutant(G, "forgets the lengths", "return scale * cosine", "return cosine"),
    Mutant(F, "X against X, whatever Z", "X if Z is None else as_matrix(Z, \"Z\", "
           "columns=X.shape[1])", "X"),
    Mutant(F, "no 1/d", "np.outer(lengths, others) / X.shape[1]",
           "np.outer(lengths, others)"),
    Mutant(G, "one layer too few", "range(depth)", "range(max(depth - 1, 0))"),
    Mutant(F, "infinite products pass", "if not np.isfinite(scale).all()", "if False"),
    Mutant(F, "κ₀ of half an angle", "gate = 1.0 - angle / np.pi",
           "gate = 1.0 - angle / (2.0 * np.pi)"),
    Mutant(F, "κ₀ of the next layer",
           "        tangent = cosine + tangent * gate  # (eq:ntk-angles)\n", ""),
    Mutant(G, "κ₁ of the angle, not of its rest", "sine_minus(np.pi - angle) / np.pi",
           "sine_minus(angle) / np.pi"),
    Mutant(F, "the same angle in every layer", "        angle = 2.0 * np.arcsin("
           "np.sqrt(np.clip(lift / 2.0, 0.0, 1.0)))\n", ""),
    Mutant(G, "half of the next angle", "angle = 2.0 * np.arcsin(",
           "angle = np.arcsin("),
    Mutant(F, "the next angle by its cosine", "angle = 2.0 * np.arcsin(np.sqrt("
           "np.clip(lift / 2.0, 0.0, 1.0)))", "angle = np.arccos(cosine)"),
    Mutant(F, "divides zero rows by zero", "np.where(norms > 0.0, norms, 1.0)",
           "norms"),
    Mutant(F, "divides by the largest entry's zero",
           "np.where(largest > 0.0, largest, 1.0)", "largest"),
    Mutant(F, "the 1-norm", "np.sqrt((rows**2).sum(axis=1))",
           "np.abs(rows).sum(axis=1)"),
    Mutant(G, "lengths of scaled rows", ", largest * norms", ", norms"),
    Mutant(F, "tiny rows have no length", "    largest = np.abs(X).max(axis=1)\n",
           "    largest = np.ones(len(X))\n"),
    Mutant(F, "trusts cosines near a line", "near = np.abs(cosines) > NEAR_LINE",
           "near = np.abs(cosines) > 2.0"),
    Mutant(F, "opposite rows by their cosine", "near = np.abs(cosines) > NEAR_LINE",
           "near = cosines > NEAR_LINE"),
    Mutant(F, "half of the angle", "2.0 * np.arctan2(apart, along)",
           "np.arctan2(apart, along)"),
    Mutant(G, "the angle to the opposite row", "np.arctan2(apart, along)",
           "np.arctan2(along, apart)"),
    Mutant(F, "a wrong first term", "t * s / 3 *", "t * s / 2 *"),
    Mutant(G, "sin t + t cos t", "np.sin(t) - t * np.cos(t))",
           "np.sin(t) + t * np.cos(t))"),
]  # fmt: skip

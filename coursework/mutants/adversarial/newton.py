"""Plausible mistakes in the robust program's Newton system."""

from coursework.mutants import Mutant

COUPLE = "coupling = _weighted_gram(D, Z, curve * samples.share)"
MEAN = "mean[..., program.moving] -= blocks.tilt"
SOFT = "soft = total * blocks.share[..., None] * mean"
EDGES = "return _Edges(solve, share, B, radii * B / A, 4.0 * theta[0] * theta[1] / A)"
SEEN = "seen = samples.across * dslopes - (curve * beta * df)[:, None] * radii"
TO_A = "to_a = rho.sum(axis=-1)[..., None] * box - block[0] - block[1]"

MUTANTS = [
    Mutant(
        "robust_newton",
        "forgets what the elimination of c takes from a sample",
        COUPLE,
        COUPLE.replace(" * samples.share", ""),
    ),
    Mutant(
        "robust_newton",
        "trains on samples that have not moved",
        "Z = program.pull_back(program.beta, samples.tilt)  # (eq:adv-newton)",
        "Z = program.pull_back(program.beta, 0 * samples.tilt)",
    ),
    Mutant(
        "robust_newton",
        "moves the samples the other way",
        "Z = program.pull_back(program.beta, samples.tilt)  # (eq:adv-newton)",
        "Z = program.pull_back(program.beta, -samples.tilt)",
    ),
    Mutant(
        "robust_newton",
        "forgets the curvature of the residual",
        "coupling += _weighted_gram(D, X, samples.bend[:, -1])",
        "coupling += 0 * _weighted_gram(D, X, samples.bend[:, -1])",
    ),
    Mutant(
        "robust_newton",
        "weights the sample by its root",
        "return Y.T @ (weight[:, None] * Y)",
        "return Y.T @ (np.sqrt(weight)[:, None] * Y)",
    ),
    Mutant(
        "robust_newton",
        "a Gram matrix without the masks",
        "Y = (D.T[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)",
        "Y = (1.0 + 0 * D.T[:, :, None] * Z[:, None, :]).reshape(len(Z), -1)",
    ),
    Mutant("robust_newton", "keeps the mean of the rows as it is", MEAN, "pass"),
    Mutant(
        "robust_newton",
        "does not soften the mean",
        SOFT,
        "soft = total * mean",
    ),
    Mutant(
        "robust_newton",
        "adds the two weights where they act in a row",
        EDGES,
        EDGES.replace("4.0 * theta[0] * theta[1] / A", "A"),
    ),
    Mutant(
        "robust_newton",
        "confuses the two sides of a bound",
        "A, B = theta[0] + theta[1], theta[0] - theta[1]",
        "A, B = theta[0] + theta[1], theta[1] - theta[0]",
    ),
    Mutant(
        "robust_newton",
        "moves c as if the output stood still",
        SEEN,
        "seen = samples.across * dslopes",
    ),
    Mutant(
        "robust_newton",
        "forgets the cones' pull on a",
        TO_A,
        "to_a = 0 * rho.sum(axis=-1)[..., None] * box - block[0] - block[1]",
    ),
    Mutant(
        "robust_newton",
        "forgets the norms",
        "to_w -= cones.pull(target_z)",
        "to_w -= 0 * cones.pull(target_z)",
    ),
    Mutant(
        "robust_newton",
        "descends twice as steeply as the loss allows",
        "return dw, da, dc, de, slope - p + curve * dz",
        "return dw, da, dc, de, slope - p + 2 * curve * dz",
    ),
]

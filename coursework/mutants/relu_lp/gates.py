"""Plausible wrong gates and steps."""

from coursework.mutants import Mutant

FIT, FROM = "fit_relu_lp", "from_network"
MEMBER = "member = np.eye(len(masks))[:, cell.ravel()]"

MUTANTS = [
    Mutant(
        FIT,
        "steps away from the cones",
        "t = -F.cone_values(blocks) / F.cone_values(gates)",
        "t = F.cone_values(blocks) / F.cone_values(gates)",
    ),
    Mutant(
        FIT,
        "the step of an average row",
        "return np.maximum(t, 0.0).max(axis=-1, initial=0.0, keepdims=True)",
        "return np.maximum(t, 0.0).mean(axis=-1, keepdims=True)",
    ),
    Mutant(
        FIT,
        "mends no gate",
        "for i in np.flatnonzero(depth < 1e-6):",
        "for i in []:",
    ),
    Mutant(
        FIT,
        "the center of the opposite cone",
        "version_space(F.rows, F.side[i])",
        "version_space(F.rows, -F.side[i])",
    ),
    Mutant(
        "fit_relu_lp",
        "finds no center good enough",
        "if ball.radius == 0:",
        "if ball.radius < 1:",
    ),
    Mutant(
        FROM,
        "keeps the last of equal patterns instead of the sum",
        MEMBER,
        MEMBER
        + "\n    member = member * (np.cumsum(member[:, ::-1], axis=1)[:, ::-1] == 1)",
    ),
    Mutant(
        FROM,
        "leaves boundary neurons on the boundary",
        "edge = on_wall.any(axis=1, keepdims=True) * e",
        "edge = 0.0 * on_wall.any(axis=1, keepdims=True) * e",
    ),
    Mutant(
        FROM,
        "believes a sign that is rounding",
        "ROUNDING * (np.abs(gates)",
        "0 * (np.abs(gates)",
    ),
    Mutant(
        FROM,
        "thinks walls as thick as the largest feature",
        "ROUNDING * (np.abs(gates) @ np.abs(rows).T)",
        "1e-14",
    ),
    Mutant(
        FROM,
        "steps across other boundaries when it leaves one",
        "gates = step_inside(gates, edge, heights, edge @ rows.T)",
        "gates = gates + 5.0 * edge",
    ),
    Mutant(
        FROM,
        "a zero row is inactive",
        "np.unique(gates @ X.T >= 0,",
        "np.unique(gates @ X.T > 0,",
    ),
    Mutant(
        FROM,
        "steps along a wall of the data",
        "e = np.random.default_rng(0).standard_normal(X.shape[1])",
        "e = 1.0 * (np.arange(X.shape[1]) == 0)",
    ),
]

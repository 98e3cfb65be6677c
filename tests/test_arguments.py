"""Every public function refuses every wrong kind of argument by its name.

One scene of small valid arguments serves the whole book; each argument in turn is
replaced by what it must not be, and the error has to be a `ValueError` that names it.
"""

import inspect
import re

import numpy as np
import pytest

from coursework.layout import OPTIONAL, chapter_order
from coursework.subjects import public_functions, reference_function
from reference import (
    acquisition,
    activation_patterns,
    adversarial,
    ally,
    analytic_center,
    convex_relu,
    deep_relu_lp,
    ntk,
    primal_dual,
    relu_lp,
    semi_supervised,
    solution_path,
)

# Called by the chapter's own solvers after their checks: these trust their caller.
TRUSTING = {
    "admm_iterates",
    "cone_interior_point",
    "dual_norm_bound",
    "eliminate_bounds",
    "factor_pairs",
    "fista",
    "normal_solver",
    "robust_barrier",
    "robust_newton",
    "scale_cones",
    "scaled_residual_gap",
    "solve_pairs",
}

# Yes or no, and what the tests of their chapters give wrong values.
FREE = {"adapt", "chosen", "copies", "cuts", "gated", "initial", "label", "others"}
FREE |= {"paths", "refit", "settings"}

X = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0], [4.0, 1.0]])
y = np.array([1.0, -1.0, 1.0, 1.0])
patterns = activation_patterns.enumerate_patterns(X)
weights = relu_lp.fit_relu_lp(X, y, patterns)
network = relu_lp.to_network(weights)
deep_patterns = deep_relu_lp.enumerate_deep_patterns(X)
deep_weights = deep_relu_lp.fit_deep_relu_lp(X, y, deep_patterns)
square = np.vstack([np.eye(2), -np.eye(2)])
cuts = (X[:2], y[:2], np.zeros(2))

SCENE = {
    "A": square,
    "H": np.eye(2),
    "members": np.stack([np.full((4, 2), 0.5)] * 2),
    "num_arms": 2,
    "pool": X,
    "pool_size": 4,
    "embeddings": X,
    "labeled": X[:1],
    "probabilities": np.full((4, 2), 0.5),
    "rounds": 5,
    "Y": np.column_stack([y, -y]),
    "b": np.ones(4),
    "budget": 2,
    "columns": 2,
    "cost": np.ones(2),
    "counts": (3, 3),
    "dual_norm": 1.0,
    "epsilon": np.array([0.01, 0.0]),
    "failure": 0.1,
    "first": patterns,
    "fit": convex_relu.fit_convex_relu(X, y, patterns, 0.1),
    "gates": patterns.gates,
    "hidden": network.hidden,
    "keep": 1,
    "label": 1.0,
    "level": 0.1,
    "masks": patterns.masks,
    "multipliers": np.ones(4),
    "n": 4,
    "network": network,
    "neuron": 0,
    "normal": np.array([1.0, 0.0]),
    "nu": 0.1 * y,
    "num_gates": 5,
    "num_neurons": 5,
    "num_samples": 5,
    "offset": 0.5,
    "output": network.output,
    "outputs": y,
    "path": solution_path.regularization_path(X, y, patterns, [0.1, 0.5]),
    "patterns": patterns,
    "point": y,
    "rank": 2,
    "ratios": np.array([1.0, -1.0]),
    "reg": 0.1,
    "regs": np.array([0.5, 0.2, 0.1]),
    "share": 0.5,
    "residual": y,
    "rng": np.random.default_rng(0),
    "radius": 3.0,
    "shape": np.eye(2),
    "start": np.zeros(2),
    "step": 0.5,
    "vertices": np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]]),
    "weights": weights,
    "X": X,
    "X_new": X,
    "y_new": y,
    "x": X[0],
    "y": y,
}
# Where one name means something else.
center = analytic_center.analytic_center(square, np.ones(4))
rays = np.array([1.0, 1, -1, -1])  # labels that a line separates
small = {"epsilon": 0.01}
pool = {"X_pool": X, "label": lambda i: float(y[i])}
gated = np.ones((len(patterns), 2))
robust = adversarial.fit_robust(X, rays, patterns, 0.1, SCENE["epsilon"])
SCENES = {
    "primal_dual.pdcl": {"model": primal_dual.LinearModel(), "epsilon": 50.0},
    "primal_dual.lagrangian_bound": {
        "model": primal_dual.LinearModel(),
        "duals": np.ones(4),
        "epsilon": 50.0,
    },
    "version_space.perceptron": {"y": rays},
    "version_space.version_space": {"y": rays},
    "adversarial.radii_with_bias": small,
    "adversarial.robust_radius": {"epsilon": SCENE["epsilon"]},
    "adversarial.worst_case_loss": {
        "y": rays,
        "weights": robust.weights,
        "patterns": robust.patterns,
    },
    "adversarial.robust_slack": {
        "weights": robust.weights,
        "masks": robust.patterns.masks,
    },
    "optimal_set.blend_networks": {"first": network, "second": network},
    "cutting_plane.active_learn": pool,
    "cutting_plane.active_learn_regression": pool | small,
    "cutting_plane.synthesize_queries": {
        "label": lambda x: 1.0,
        "low": [-1.0, 1.0],
        "high": [1.0, 1.0],
    },
    "cutting_plane.tube_residual": {"paths": patterns.masks} | small,
    "cutting_plane.mistake_bound": {"variables": 2, "ratio": 3.0},
    "cutting_plane.descend_relu": {"width": 3, "steps": 2},
    "convex_relu.gated_predict": {"weights": gated},
    "version_space.cutting_plane_game": {"label": lambda i: int(y[i])},
    "version_space.ellipsoid_step": {"center": np.zeros(2)},
    "analytic_center.add_cut": {"center": center},
    "analytic_center.drop_rows": {"center": center},
    "analytic_center.lower_bound": {"center": center},
    "analytic_center.relu_center": {"cuts": cuts, "radius": 10.0, "box": None},
    "analytic_center.add_relu_cut": {
        "center": analytic_center.relu_center(
            X, patterns.masks, patterns.gates, cuts, radius=10.0
        )
    },
}
classes = np.array([0, 1, 1, 0])
perceptron = acquisition.Mlp((2, 3, 2), rng=np.random.default_rng(0), max_iter=1)
chances = np.array([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.4, 0.4, 0.2], [1, 0, 0]])
advice = np.full((2, 4), 0.25)
bandit = acquisition.albl_start(2, 4, 5)
SCENES |= {
    "acquisition.stochastic_batch": {"scores": np.ones(4)},
    "acquisition.k_center": {"labeled": X[:1]},
    "acquisition.bait": {
        "probabilities": chances,
        "labeled": X[:1],
        "labeled_probabilities": chances[:1],
    },
    "acquisition.albl": {"advice": advice, "state": bandit},
    "acquisition.albl_update": {
        "advice": advice,
        "state": bandit,
        "picks": [1],
        "correct": [True],
    },
    "acquisition.albl_strategy": {"rounds": 5},
    "acquisition.importance_weighted_accuracy": {"correct": [True], "chances": [0.5]},
    "acquisition.softmax": {"scores": X},
    "acquisition.sample_losses": {"scores": X, "y": classes},
    "acquisition.minimize_adam": {"gradient": lambda z: z},
    "acquisition.fit_mlp": {"y": classes, "sizes": (2, 3, 2), "weights": np.ones(4)},
    "acquisition.gradient_factors": {"model": perceptron, "slopes": X},
    "acquisition.sample_gradients": {"model": perceptron, "slopes": X},
    "acquisition.input_gradients": {"model": perceptron, "slopes": X},
    "acquisition.run_active_learning": {
        "label": lambda i: int(classes[i]),
        "strategy": lambda budget: np.arange(budget),
        "model": perceptron,
        "initial": 1,
        "batch": 1,
        "num_classes": 2,
    },
    "acquisition.curve_area": {"counts": [1, 2], "scores": [0.5, 0.6]},
    "acquisition.labels_to_reach": {
        "counts": [1, 2],
        "scores": [0.5, 0.6],
        "target": 0.5,
    },
    "acquisition.common_target": {"final": np.ones((2, 3))},
    "acquisition.pairwise_wins": {"scores": np.ones((2, 3))},
    "acquisition.holm": {"p_values": np.ones(2)},
    "acquisition.chosen_overlap": {"chosen": [[[0, 1]], [[1, 2]]]},
    "acquisition.repeated_pool": {"copies": 2},
    "acquisition.redundancy": {"queried": [0, 1], "origin": [0, 0]},
}
linear = acquisition.Mlp((2, 2), rng=np.random.default_rng(0))
bought = {"model": primal_dual.Constrained(None, np.ones(1), np.zeros(1), 0.0, 0.0)}
SCENES |= {
    "ally.k_means": {"points": X, "clusters": 2, "max_iter": 3},
    "ally.even_picks": {"scores": y, "labels": classes},
    "ally.fit_dual_head": {"duals": np.ones(4), "max_iter": 1},
    "ally.fit_bounded_mlp": {"y": classes, "sizes": (2, 3, 2), "epsilon": 0.5},
    "ally.dual_picks": bought | {"clusters": 1, "dual_cap": 1.0},
    "ally.ally": {
        "model": linear,
        "X_labeled": X,
        "X_pool": X,
        "y": classes,
        "epsilon": 0.5,
        "clusters": 1,
        "dual_cap": 1.0,
    },
    "ally.informative_samples": {
        "model": linear,
        "head": ally.fit_dual_head(X, np.ones(4), rng=np.random.default_rng(0)),
        "low": -9.0,
        "high": 9.0,
    },
}
tangent = ntk.draw_ntk_network((2, 3), rng=np.random.default_rng(0))
SCENES |= {
    "ntk.hermite_coefficients": {"activation": np.tanh, "count": 3},
    "ntk.sphere_ntk": {"coefficients": np.ones(3)},
    "ntk.draw_ntk_network": {"sizes": (2, 3)},
    "ntk.empirical_ntk": {"network": tangent},
    "ntk.trace_ntk": {"model": perceptron},
    "ntk.pattern_kernel": {"weights": np.ones(len(patterns))},
    "ntk.kernel_modes": {"kernel": np.eye(4)},
    "ntk.kernel_regression": {"kernel": np.eye(4)},
    "ntk.flow_coefficients": {"kernel": np.eye(4), "times": [1.0]},
    "ntk.descent_coefficients": {"kernel": np.eye(4), "counts": [1]},
    "ntk.fastest_step": {"kernel": np.eye(4)},
    "ntk.descend_ntk_network": {"network": tangent, "num_steps": 1},
    "ntk.step_terms": {"network": tangent},
    "ntk.secant_gates": {"before": y, "after": y},
}
three = {"gram": np.eye(4), "labeled": [0], "pool": [1, 2, 3]}
SCENES |= {
    "npc.min_eigenvalue_scores": {
        "gram": np.eye(4),
        "labeled": [0],
        "candidates": [[1, 2]],
    },
    "npc.best_batch": {"gram": np.eye(4), "labeled": [0], "candidates": [[1, 2]]},
    "npc.addition_scores": three,
    "npc.pivoted_cholesky": three | {"budget": 2},
    "npc.eigenvalue_caps": three | {"budget": 2},
    "npc.npc": three | {"budget": 2},
    "npc.kernel_complexity": {"gram": np.eye(4)},
}
images = {"X": np.ones((4, 6)), "shape": (2, 3)}
SCENES |= {
    "semi_supervised.refine": {
        "pseudo_labels": np.full((4, 2), 0.5),
        "class_totals": [1.0, 3.0],
    },
    "semi_supervised.shift_images": images | {"shifts": np.zeros((4, 2))},
    "semi_supervised.rotate_images": images | {"angles": np.zeros(4)},
    "semi_supervised.erase_patches": images | {"corners": np.zeros((4, 2)), "size": 1},
    "semi_supervised.fixmatch_loss": {
        "model": perceptron,
        "y": classes,
        "targets": np.full((4, 2), 0.5),
        "strong": X,
    },
    "semi_supervised.fixmatch": {
        "model": perceptron,
        "X_labeled": X,
        "y": classes,
        "X_unlabeled": X,
        "views": semi_supervised.NoiseViews(0.1, 0.2),
        "steps": 1,
    },
    "semi_supervised.welch": {
        "means": [1.0],
        "deviations": [0.5],
        "trials": 3,
        "other_means": [0.0],
        "other_deviations": [0.5],
        "other_trials": 3,
    },
}
DEEP = {
    "network": deep_relu_lp.to_deep_network(deep_weights),
    "weights": deep_weights,
    "patterns": deep_patterns,
    "masks": deep_patterns.masks,
}

NUMBERS = [
    None,
    "text",
    object(),
    np.array([[1j]]),
    [[1.0], [2.0, 3.0]],
    np.full((2, 2), np.nan),
    np.ma.array(np.ones((4, 2)), mask=np.eye(4, 2, dtype=bool)),
    np.ones((2, 2, 2, 2)),
]
WRONG = {
    "array": NUMBERS,
    "real": ["text", np.nan, 1j, [1.0, 2.0], object()],
    "integer": ["text", 1.5, np.nan, -1, [1]],
    "object": [3, "text", np.ones(3)],
    "generator": [0, np.random],
    "choice": ["nonsense", 3],
    "function": [3, "text"],
    "masks": [None, "text", 3, [[0.5, 1.0]], np.ones((2, 9), bool)],
    "radii": [None, "text", object(), np.nan, -1.0, np.ones(7)],
}
KINDS = {
    "array": "A b cost center shape normal start vertices X x y Y hidden output "
    "X_new y_new regs ratios counts sizes "
    "multipliers outputs point nu residual gates final origin p_values queried "
    "scores slopes advice chances correct embeddings labeled labeled_probabilities "
    "members picks pool probabilities",
    "real": "offset radius box tol reg margin step level failure step_size share dust "
    "noise target coldness slope bend threshold "
    "rho relaxation dual_rate above dual_norm",
    "integer": "samples chains max_passes max_steps max_iter max_iterations budget "
    "block n rank num_gates hidden_layers num_neurons num_samples columns steps "
    "restarts keep neuron batch copies num_classes num_arms oversample parts "
    "pool_size ratio rounds every primal_steps",
    "object": "patterns first second weights network fit model state path",
    "generator": "rng",
    "choice": "loss objective solver query rule task of",
    "function": "callback final_solve",
    "masks": "masks",
}
RADII = "radii_with_bias fgsm pgd output_bounds robust_slack robust_radius "
RADII += "robust_patterns robust_program worst_case_loss fit_robust"
KIND = {name: kind for kind, names in KINDS.items() for name in names.split()}
asking = {
    "X_pool": "array",
    "label": "function",
    "center": "choice",
    "slack": "real",
    "cut_on": "choice",
}
ask = {"model": "object", "clusters": "integer", "dual_cap": "real"}
ask |= {"diversity": "choice"}
SPECIAL = {
    "npc.min_eigenvalue_scores": {
        "gram": "array",
        "factor": "array",
        "candidates": "array",
    },
    "npc.best_batch": {"gram": "array", "factor": "array", "candidates": "array"},
    "npc.addition_scores": {"gram": "array", "factor": "array"},
    "npc.pivoted_cholesky": {"gram": "array", "factor": "array"},
    "npc.eigenvalue_caps": {"gram": "array", "factor": "array"},
    "npc.npc": {
        "gram": "array",
        "factor": "array",
        "candidates": "integer",
        "search": "choice",
        "when_rank_deficient": "choice",
    },
    "npc.kernel_complexity": {"gram": "array"},
    "ally.k_means": {"points": "array", "clusters": "integer"},
    "ally.even_picks": {"labels": "array"},
    "ally.fit_dual_head": {"duals": "array"},
    "ally.fit_bounded_mlp": {"epsilon": "real"},
    "ally.dual_picks": ask,
    "ally.ally": ask
    | {
        "X_labeled": "array",
        "X_pool": "array",
        "epsilon": "array",
        "primal_steps": "integer",
        "dual_rate": "real",
    },
    "ally.informative_samples": {"head": "object", "low": "real", "high": "real"},
    "ntk.analytic_ntk": {"Z": "array", "depth": "integer"},
    "ntk.analytic_nngp": {"Z": "array", "depth": "integer"},
    "ntk.hermite_coefficients": {"activation": "function", "count": "integer"},
    "ntk.sphere_ntk": {"coefficients": "array", "Z": "array"},
    "ntk.draw_ntk_network": {"sizes": "array"},
    "ntk.empirical_ntk": {"Z": "array"},
    "ntk.trace_ntk": {"model": "object", "Z": "array", "layers": "choice"},
    "ntk.pattern_kernel": {"weights": "array"},
    "ntk.kernel_modes": {"kernel": "array"},
    "ntk.kernel_regression": {"kernel": "array", "when_singular": "choice"},
    "ntk.flow_coefficients": {"kernel": "array", "times": "array"},
    "ntk.descent_coefficients": {"kernel": "array", "counts": "array"},
    "ntk.fastest_step": {"kernel": "array"},
    "ntk.descend_ntk_network": {"num_steps": "integer"},
    "ntk.secant_gates": {"before": "array", "after": "array"},
    "primal_dual.pdcl": {
        "model": "object",
        "epsilon": "array",
        "constraint_loss": "choice",
        "mode": "choice",
    },
    "primal_dual.lagrangian_bound": {
        "model": "object",
        "duals": "array",
        "epsilon": "array",
        "constraint_loss": "choice",
    },
    "semi_supervised.refine": {
        "pseudo_labels": "array",
        "class_totals": "array",
        "weights": "array",
    },
    "semi_supervised.shift_images": {"shifts": "array", "fill": "real"},
    "semi_supervised.rotate_images": {"angles": "array", "fill": "real"},
    "semi_supervised.erase_patches": {
        "corners": "array",
        "size": "integer",
        "fill": "real",
    },
    "semi_supervised.fixmatch_loss": {
        "targets": "array",
        "strong": "array",
        "threshold": "real",
        "unlabeled_weight": "real",
    },
    "semi_supervised.fixmatch": {
        "X_labeled": "array",
        "X_unlabeled": "array",
        "views": "object",
        "class_totals": "array",
        "threshold": "real",
        "unlabeled_weight": "real",
        "decay": "real",
        "batch_size": "integer",
        "refine_every": "integer",
    },
    "semi_supervised.welch": {
        "means": "array",
        "deviations": "array",
        "trials": "integer",
        "other_means": "array",
        "other_deviations": "array",
        "other_trials": "integer",
    },
    "acquisition.curve_area": {"counts": "array"},
    "acquisition.discriminative": {"classifier": "function"},
    "acquisition.labels_to_reach": {"counts": "array"},
    "acquisition.minimize_adam": {"gradient": "function"},
    "acquisition.run_active_learning": {
        "label": "function",
        "strategy": "function",
        "score": "function",
    },
    "version_space.cutting_plane_game": {
        "label": "function",
        "center": "choice",
        "offset": "array",
    },
    "version_space.version_space": {"offset": "array"},
    "cutting_plane.active_learn": asking,
    "cutting_plane.active_learn_regression": asking | {"epsilon": "real"},
    "cutting_plane.synthesize_queries": asking
    | {"low": "array", "high": "array", "candidates": "integer"},
    "cutting_plane.train": {"center": "choice"},
    "cutting_plane.tube_residual": {"epsilon": "real"},
    "cutting_plane.mistake_bound": {
        "variables": "integer",
        "ratio": "real",
        "miss": "real",
    },
    "cutting_plane.descend_relu": {"width": "integer"},
    "solution_path.min_norm_path": {"copies": None},  # yes or no: FREE
    **{f"adversarial.{name}": {"epsilon": "radii"} for name in RADII.split()},
    "analytic_center.add_cut": {"center": "object"},
    "analytic_center.drop_rows": {"center": "object"},
    "analytic_center.lower_bound": {"center": "object"},
    "analytic_center.add_relu_cut": {"center": "object"},
}


def cases():
    """Yield every public function with each of its arguments and its kind."""
    for chapter in chapter_order():
        if chapter in OPTIONAL:
            continue  # its arguments are tensors, its own tests give it wrong ones
        for function in public_functions(chapter):
            name = f"{chapter}.{function}"
            if function in TRUSTING or function.startswith("plain_"):
                continue
            parameters = inspect.signature(reference_function(name)).parameters
            for argument, parameter in parameters.items():
                kind = SPECIAL.get(name, {}).get(argument, KIND.get(argument))
                assert kind or argument in FREE, f"{name}: of what kind is {argument}?"
                if kind and parameter.kind is not parameter.VAR_POSITIONAL:
                    yield name, argument, kind


def arguments_of(name):
    """Return valid keyword arguments of a function."""
    scene = SCENE | SCENES.get(name, {})
    if name.startswith("deep_relu_lp."):
        scene |= DEEP
    parameters = inspect.signature(reference_function(name)).parameters
    return {
        key: scene[key]
        for key, parameter in parameters.items()
        if (parameter.default is parameter.empty or key in SCENES.get(name, {}))
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    }


def call(name, arguments):
    result = reference_function(name)(**arguments)
    return list(result) if inspect.isgenerator(result) else result


@pytest.mark.parametrize("name", sorted({name for name, _, _ in cases()}))
def test_the_scene_is_valid(name):
    call(name, arguments_of(name))


@pytest.mark.parametrize(
    "name, argument, kind", [pytest.param(*c, id="-".join(c)) for c in cases()]
)
def test_wrong_kinds_are_refused_by_name(name, argument, kind):
    parameters = inspect.signature(reference_function(name)).parameters
    for wrong in WRONG[kind]:
        if wrong is None and parameters[argument].default is None:
            continue
        try:
            call(name, arguments_of(name) | {argument: wrong})
            found = "accepted"
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        named = re.search(rf"^ValueError: .*\b{argument}\b", found, re.DOTALL)
        assert named, f"{argument} = {wrong!r}: {found}"

"""Plausible mistakes in deep networks by linear programming."""

from coursework.mutants import Mutant

LEAST = "blocks = least_norm(*parts, units, objective, into_cones, smallest)"

COUNT = [
    Mutant(
        "count_blocks",
        "forgets the signs",
        "math.prod(2 * count for",
        "math.prod(count for",
    ),
    Mutant(
        "count_blocks",
        "one factor of two for all layers",
        "return math.prod(2 * count for count in checked_counts(counts))",
        "return 2 * math.prod(checked_counts(counts))",
    ),
    Mutant(
        "count_blocks",
        "adds the layers up",
        "math.prod(2 * count for",
        "sum(2 * count for",
    ),
    Mutant(
        "count_blocks",
        "2^L instead of 2^(L-1)",
        "return math.prod(2 * count for",
        "return 2 * math.prod(2 * count for",
    ),
    Mutant(
        "count_blocks",
        "leaves the outermost layer out",
        "2 * count for count in checked_counts(counts))",
        "2 * count for count in checked_counts(counts)[:-1])",
    ),
]

GRAM = [
    Mutant(
        "deep_gram",
        "adds the layers instead of multiplying them",
        "gram *= layer.T.astype(float) @ layer",
        "gram += layer.T.astype(float) @ layer",
    ),
    Mutant(
        "deep_gram",
        "a Boolean product: or instead of a count",
        "gram *= layer.T.astype(float) @ layer",
        "gram *= layer.T @ layer",
    ),
    Mutant(
        "deep_gram",
        "a mean over patterns instead of a sum",
        "gram *= layer.T.astype(float) @ layer",
        "gram *= layer.T.astype(float) @ layer / len(layer)",
    ),
    Mutant(
        "deep_gram",
        "only the last layer's masks",
        "for layer in as_layer_masks(masks, columns=len(X)):\n        gram",
        "for layer in as_layer_masks(masks, columns=len(X))[-1:]:\n        gram",
    ),
    Mutant(
        "deep_gram",
        "signs instead of masks",
        "gram *= layer.T.astype(float) @ layer",
        "gram *= (2.0 * layer.T - 1) @ (2.0 * layer - 1)",
    ),
]

FIT = [
    Mutant(
        "fit_deep_relu_lp",
        "forgets the shift into the cones",
        "return _shift_into_cones(even, masks, gates, heights, blocks.reshape(shape))",
        "return blocks.reshape(shape)",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "shifts from the inside out",
        "for k in reversed(range(len(heights))):",
        "for k in range(len(heights)):",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "shifts the plus units only",
        "_plus_blocks(blocks, k)[:] += shift",
        "shift = shift * np.array([[1.0], [0.0]])\n"
        "        _plus_blocks(blocks, k)[:] += shift",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "each sign gets its own shift",
        "need.max(axis=-1).max(axis=-2, keepdims=True)",
        "need.max(axis=-1)",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "labels are left out",
        "separate_without_cones(even, y, path_masks(masks))",
        "separate_without_cones(even, np.ones(len(y)), path_masks(masks))",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "forgets the margin",
        "units * scale_to_margin(blocks, smallest, margin)",
        "units * scale_to_margin(blocks, smallest, 1.0)",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "leaves the data in their units: HiGHS's tolerances are absolute",
        "units = column_units(X)",
        "units = np.ones(X.shape[1])",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "the prices of weights in the solver's units",
        LEAST,
        LEAST.replace("units", "0 * units + 1"),
    ),
    Mutant(
        "fit_deep_relu_lp",
        "adds a gate where the signs are minus",
        "(..., *(0, slice(None)) * layers, slice(None))",
        "(..., *(1, slice(None)) * layers, slice(None))",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "forgets to go back to the units of the data",
        "return DeepConvexWeights(units * scale_to_margin",
        "return DeepConvexWeights(scale_to_margin",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "checks the lifted outputs, not the network's",
        "np.array([deep_output(X, masks, weights), network])",
        "np.array([deep_output(X, masks, weights)])",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "no outer cones in the program",
        "return sparse.vstack(cones).tocsr(), signal",
        "return cones[0].tocsr(), signal",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "no inner cones in the program",
        "return sparse.vstack(cones).tocsr(), signal",
        "return cones[-1].tocsr(), signal",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "min_l1 and max_margin exchanged",
        LEAST,
        "other = {'min_l1': 'max_margin', 'max_margin': 'min_l1'}[objective]\n        "
        + LEAST.replace("objective", "other"),
    ),
    Mutant(
        "fit_deep_relu_lp",
        "inner signs all plus in the program",
        "sparse.hstack([*through, *(-part for part in through)])",
        "sparse.hstack([*through, *through])",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "the mean margin, not the smallest",
        "smallest, gap = float(margins.min()),",
        "smallest, gap = float(margins.mean()),",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "looks at the smallest margins of program and network only",
        "if gap < 1e-8 * smallest and",
        "if",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "believes a margin whose digits have cancelled",
        "(margins > 1e-9 * sizes).all()",
        "margins.min() > 0",
    ),
]

MUTANTS = [*COUNT, *GRAM, *FIT]

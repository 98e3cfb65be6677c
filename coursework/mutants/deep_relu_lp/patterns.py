"""Plausible mistakes in the activation patterns of deep networks."""

from coursework.mutants import Mutant

SAMPLE = [
    Mutant(
        "sample_deep_patterns",
        "masks drawn independently of the layer below",
        "        masks.append(signals >= 0)\n        if gates:",
        "        other = V[:, :1] + 0 * signals\n"
        "        masks.append((other if gates else signals) >= 0)\n"
        "        if gates:",
    ),
    Mutant(
        "sample_deep_patterns",
        "forgets the ReLU between the layers",
        "active = np.maximum(signals, 0.0)",
        "active = signals",
    ),
    Mutant(
        "sample_deep_patterns",
        "keeps a pattern as often as it is drawn",
        "V, signals = V[np.sort(first)], signals[np.sort(first)]",
        "V, signals = V, signals",
    ),
    Mutant(
        "sample_deep_patterns",
        "silent samples come out as False",
        "masks.append(signals >= 0)\n        if gates",
        "masks.append(signals > 0)\n        if gates",
    ),
    Mutant(
        "sample_deep_patterns",
        "the outer gate forgets the inner gates",
        "V = V.reshape(V.shape + (1,) * (gates[-1].ndim - 1)) * gates[-1]",
        "V = V.reshape(V.shape + (1,) * (gates[-1].ndim - 1)) + 0 * gates[-1]",
    ),
    Mutant(
        "sample_deep_patterns",
        "gates and masks are sorted differently",
        "gates.append(V)",
        "gates.append(V[::-1])",
    ),
]

ENUMERATE = [
    Mutant(
        "enumerate_deep_patterns",
        "the second layer sees the data, not the masked data",
        "np.hstack([path[:, None] * X for path in paths])",
        "np.hstack([X for path in paths])",
    ),
    Mutant(
        "enumerate_deep_patterns",
        "leaves one inner pattern out",
        "path[:, None] * X for path in paths])",
        "(i * 2 <= len(X)) * path[:, None] * X for i, path in enumerate(paths)])",
    ),
    Mutant(
        "enumerate_deep_patterns",
        "the axes of the gates are inner first",
        "gates.append(cells.gates.reshape(shape))",
        "gates.append(cells.gates.reshape(shape[:1] + shape[:0:-1]).swapaxes(-1, 1)"
        " if len(shape) > 2 else cells.gates)",
    ),
    Mutant(
        "enumerate_deep_patterns",
        "one layer too few, the last one twice",
        "        masks.append(cells.masks)\n",
        "        masks.append(masks[-1] if masks else cells.masks)\n",
    ),
    Mutant(
        "enumerate_deep_patterns",
        "half of the patterns: as if h and -h were one",
        "cells = enumerate_patterns(path_features(X, masks))",
        "cells = enumerate_patterns(path_features(X, masks))\n"
        "        half = slice(len(cells.masks) // 2 or 1)\n"
        "        cells = type(cells)(cells.masks[half], cells.gates[half])",
    ),
]

PATHS = [
    Mutant(
        "path_masks",
        "or instead of and",
        "(layer[:, None] & product)",
        "(layer[:, None] | product)",
    ),
    Mutant(
        "path_masks",
        "the innermost pattern varies slowest",
        "(layer[:, None] & product)",
        "(layer & product[:, None])",
    ),
    Mutant(
        "path_masks",
        "only paths with equal numbers",
        "(layer[:, None] & product).reshape(-1, product.shape[-1])",
        "layer[: len(product)] & product[: len(layer)]",
    ),
    Mutant(
        "path_masks",
        "forgets the first layer",
        "product = layers[0]\n",
        "product = layers[0] | True\n",
    ),
    Mutant(
        "path_masks",
        "exclusive or instead of and",
        "(layer[:, None] & product).reshape",
        "(layer[:, None] ^ product).reshape",
    ),
]

CHECKS = [
    Mutant(
        "path_masks",
        "layers may have different numbers of samples",
        "partial(as_masks, columns=columns)",
        "as_masks",
    ),
    Mutant(
        "path_masks",
        "takes no layer for one",
        ") or not len(masks):\n",
        "):\n",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "takes a gate on the wall of its cell",
        "* height <= 0)",
        "* height < 0)",
    ),
    Mutant(
        "fit_deep_relu_lp",
        "refuses gates for samples that no unit below lets through",
        "heard = heard & mask.any(axis=0)",
        "pass",
    ),
    Mutant(
        "sample_deep_patterns",
        "wants the axes of the gates inner first",
        "counts[k::-1] + d",
        "counts[: k + 1] + d",
    ),
    Mutant(
        "sample_deep_patterns",
        "counts the gates, and does not look at their shapes",
        "if [gate.shape for gate in gates] != want:",
        "if len(gates) != len(want):",
    ),
    Mutant(
        "from_deep_network",
        "lets every unit below through",
        "masks.append(found[-1] >= 0)",
        "masks.append(found[-1] >= -np.inf)",
    ),
    Mutant(
        "sample_deep_patterns",
        "the layers outer first",
        "add_up_paths(gate @ X.T, masks)",
        "add_up_paths(gate @ X.T, masks[::-1])",
    ),
]

MUTANTS = [*SAMPLE, *ENUMERATE, *PATHS, *CHECKS]

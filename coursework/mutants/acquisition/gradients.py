"""Plausible mistakes in per-sample gradients and gradients in the inputs."""

from coursework.mutants import Mutant

FACTORS, ROWS, INPUTS = "gradient_factors", "sample_gradients", "input_gradients"
BACK = 'return way_back(model, X, slopes, above=int(of == "embedding"))[2]'
FACTOR = "LayerFactors(p.inputs, E, D, None if p.normal is None else D * p.normal)"

MUTANTS = [
    Mutant(FACTORS, "the shift's slopes behind batch norm", FACTOR,
           "LayerFactors(p.inputs, E, E, None if p.normal is None else D * p.normal)"),
    Mutant(FACTORS, "the matrix's slopes before batch norm", FACTOR,
           "LayerFactors(p.inputs, D, D, None if p.normal is None else D * p.normal)"),
    Mutant(FACTORS, "the gain's slopes without N", FACTOR,
           "LayerFactors(p.inputs, E, D, None if p.normal is None else D)"),
    Mutant(FACTORS, "no gain at all", FACTOR, "LayerFactors(p.inputs, E, D, None)"),
    Mutant(FACTORS, "slopes of the mean", "slopes = as_array(slopes, \"slopes\"",
           "slopes = 1.0 / len(X) * as_array(slopes, \"slopes\""),
    Mutant(FACTORS, "last layer first", "strict=True)\n    ]\n",
           "strict=True)\n    ][::-1]\n"),
    Mutant(ROWS, "outer products the other way round",
           "f.inputs[:, :, None] * f.slopes[:, None, :]",
           "f.inputs[:, None, :] * f.slopes[:, :, None]"),
    Mutant(ROWS, "shifts before matrices", "[outer.reshape(len(outer), -1), f.shift]",
           "[f.shift, outer.reshape(len(outer), -1)]"),
    Mutant(ROWS, "the slopes for the shift's", "f.shift]", "f.slopes]"),
    Mutant(ROWS, "gains left out", "[] if f.gain is None else [f.gain]",
           "[] if f.gain is None else [0.0 * f.gain]"),
    Mutant(ROWS, "slopes of the mean", "slopes = as_array(slopes, \"slopes\"",
           "slopes = 1.0 / len(X) * as_array(slopes, \"slopes\""),
    Mutant(INPUTS, "slopes of the mean", "slopes = as_array(slopes, \"slopes\"",
           "slopes = 1.0 / len(X) * as_array(slopes, \"slopes\""),
    Mutant(INPUTS, "downhill", BACK, BACK.replace("return ", "return -")),
    Mutant(INPUTS, "one gradient for all samples", BACK,
           BACK.replace("return ", "return 0.0 * model.inputs(X) + ") + ".sum(axis=0)"),
    Mutant(INPUTS, "always of the scores", 'above=int(of == "embedding")', "above=0"),
    Mutant(INPUTS, "always of the embedding", 'above=int(of == "embedding")',
           "above=1"),
]  # fmt: skip

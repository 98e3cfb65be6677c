"""Plausible mistakes in the trace kernel."""

from coursework.mutants import Mutant

F = "trace_ntk"

MUTANTS = [
    Mutant(F, "no bias in the last layer", "(last @ last_z.T + 1.0)",
           "(last @ last_z.T)"),
    Mutant(F, "one output of the last layer", "model.num_classes * (last", "(last"),
    Mutant(F, "always the last layer only", 'if layers == "last":', "if True:"),
    Mutant(F, "never the last layer only", 'if layers == "last":', "if False:"),
    Mutant(F, "the last factors of the slopes only", "products[l] += f.slopes",
           "products[l] = f.slopes"),
    Mutant(F, "no hidden biases", "            kernel += f.shift @ g.shift.T\n", ""),
    Mutant(F, "no gains", "if f.gain is not None and g.gain is not None:",
           "if False and f.gain is not None and g.gain is not None:"),
    Mutant(F, "slopes of batch norm's outputs", "f.slopes @ g.slopes.T",
           "f.shift @ g.shift.T"),
    Mutant(F, "slopes alone, not what enters", "kernel += (f.inputs @ g.inputs.T) * "
           "product", "kernel += product"),
    Mutant(F, "a sum in place of a product", "(f.inputs @ g.inputs.T) * product",
           "(f.inputs @ g.inputs.T) + product"),
    Mutant(F, "one output on the way back", "in np.eye(model.num_classes):",
           "in np.eye(model.num_classes)[:1]:"),
    Mutant(F, "X against X on the way back", "left if Z is None else _hidden_factors("
           "model, Z, unit)", "_hidden_factors(model, X, unit)"),
    Mutant(F, "counts the last layer twice", "(len(X), 1)))[:-1]", "(len(X), 1)))[:]"),
]  # fmt: skip

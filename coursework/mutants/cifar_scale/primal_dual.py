"""Plausible mistakes in the bounds on losses."""

from coursework.mutants import Mutant

F = "pdcl_images"

MUTANTS = [
    Mutant(F, "weights λ instead of 1 + λ", "1.0 + duals[part]", "duals[part] + 1e-9"),
    Mutant(
        F, "duals of other samples", "1.0 + duals[part]", "1.0 + duals[: len(part)]"
    ),
    Mutant(F, "duals may be negative", ".clamp(min=0.0)  # (eq:pd-dual-step)", ""),
    Mutant(
        F,
        "the sum for the mean",
        "* loss).mean().backward()",
        "* loss).sum().backward()",
    ),
    Mutant(F, "one pass a round", "range(primal_steps)", "range(1)"),
    Mutant(
        F, "slacks without the bound", "slacks = losses - epsilon", "slacks = losses"
    ),
    Mutant(
        F, "the network is changed", "net = copy.deepcopy(network)", "net = network"
    ),
    Mutant(
        F, "views although they are not wanted", "if augment:", "if x.shape[2] > 2:"
    ),
    Mutant(
        F,
        "one order for all rounds",
        "generators([seed], number, 0, images.device)",
        "generators([seed], 0, 0, images.device)",
    ),
    Mutant(
        F,
        "one seed",
        "generators([seed], number, 0, images.device)",
        "generators([0], number, 0, images.device)",
    ),
    Mutant(
        F,
        "batches that are too large",
        "order.tensor_split(-(-len(y) // batch))",
        "order.tensor_split(max(1, len(y) // batch))",
    ),
    Mutant(F, "losses of the trained mode", "    net.eval()\n", "    net.train()\n"),
    Mutant(
        F,
        "losses of a part",
        "return torch.cat(parts).double()",
        "return torch.cat(parts).double() * 1.0001",
    ),
    Mutant(F, "old gradients add up", "optimizer.zero_grad(set_to_none=True)", "pass"),
    Mutant(F, "the smallest slack", "float(slacks.max())", "float(slacks.min())"),
    Mutant(
        F, "never in prediction", "net.eval(), duals.cpu()", "net.train(), duals.cpu()"
    ),
]

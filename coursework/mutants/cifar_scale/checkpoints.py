"""Plausible mistakes in what a run goes on from."""

from coursework.mutants import Mutant

F = "train_fixmatch"

MUTANTS = [
    Mutant(F, "the step does not count", "[seed, step, rank]", "[seed, 0, rank]"),
    Mutant(F, "the seed does not count", "[seed, step, rank]", "[0, step, rank]"),
    Mutant(F, "other labels go on", '"labels": labels.tolist(),', ""),
    Mutant(F, "other images go on", ", int(images.sum(dtype=torch.int64))]", "]"),
    Mutant(F, "other networks go on", "in network.state_dict().values()]", "in ()]"),
    Mutant(F, "another run goes on", "    if differ:\n", "    if False:\n"),
    Mutant(F, "what is there is not found", "if not path.exists():", "if True:"),
    Mutant(
        F, "other numbers go on", "if zipfile.ZipFile(file).testzip():", "if False:"
    ),
    Mutant(F, "another torch goes on", '"torch": str(torch.__version__),', ""),
]

"""Plausible mistakes in runs side by side."""

from coursework.mutants import Mutant

F = "run_together"

MUTANTS = [
    Mutant(F, "one seed for all runs", "replace(settings, seed=seeds[number])",
           "replace(settings, seed=seeds[0])"),
    Mutant(F, "the first answer for all", "return self.answers[number]",
           "return self.answers[0]"),
    Mutant(F, "the first part for all", "values.chunk(count)[number] if",
           "values.chunk(count)[0] if"),
    Mutant(F, "parameters of other seeds",
           "[seeds_of(replace(settings, seed=seed))[0] for seed in seeds]",
           "[seed for seed in seeds]"),
    Mutant(F, "labels of the first run", "[labels for _, labels in orders]",
           "[orders[0][1] for _ in orders]"),
    Mutant(F, "images of the first run", "[labeled for labeled, _ in orders]",
           "[orders[0][0] for _ in orders]"),
    Mutant(F, "the last parameters",
           "self.part(whole.network, k), self.part(whole.last",
           "self.part(whole.last, k), self.part(whole.network"),
    Mutant(F, "checkpoints of all rounds in one place",
           "self.folder / str(len(orders[0][0]))", "self.folder"),
    Mutant(F, "results in one place", 'folder / f"seed{seeds[number]}"', "folder"),
    Mutant(F, "memory of one network", "replace(settings, copies=len(seeds))",
           "settings"),
    Mutant(F, "the broken meeting for its cause",
           "isinstance(e, BrokenBarrierError))",
           "not isinstance(e, BrokenBarrierError))"),
    Mutant(F, "errors are lost", "            raise error", "            pass"),
    Mutant(F, "equal seeds", "or len(set(seeds)) < len(seeds)", ""),
    Mutant(F, "ensembles too", "or settings.copies > 1", ""),
    Mutant(F, "the records are lost", "self.callback = callback\n",
           "self.callback = None\n"),
    Mutant(F, "one part for all", "count = len(self.seeds)\n        single",
           "count = 1\n        single"),
    Mutant(F, "checkpoints beside the folder",
           "self.settings, self.folder = settings, folder",
           "self.settings, self.folder = settings, folder.parent"),
]  # fmt: skip

"""Plausible mistakes in a whole experiment."""

from coursework.mutants import Mutant

F = "run_experiment"

MUTANTS = [
    Mutant(F, "the first labels at random", "if settings.balanced:", "if False:"),
    Mutant(F, "balanced although it should not", "if settings.balanced:", "if True:"),
    Mutant(F, "the source is not named", '"data": source', '"data": settings.data'),
    Mutant(F, "not shrunk", "if settings.shrink > 1:", "if False:"),
    Mutant(
        F,
        "shrunk twice as much",
        "images.float(), settings.shrink)",
        "images.float(), 2 * settings.shrink)",
    ),
    Mutant(
        F,
        "labels in another order",
        "parts += [images.to(device), y[part]]",
        "parts += [images.to(device), y[: len(part)]]",
    ),
    Mutant(
        F,
        "the test images are the pool's",
        "score=lambda m: m.accuracy(tests, y_test)",
        "score=lambda m: 2.0 * m.accuracy(tests, y_test)",
    ),
    Mutant(
        F,
        "parameters only",
        "settings.fixmatch).memory",
        "settings.fixmatch).parameters",
    ),
    Mutant(
        F,
        "a log of all attempts",
        '(folder / "rounds.jsonl").unlink(missing_ok=True)',
        "pass",
    ),
    Mutant(
        F,
        "CUDA where there is none",
        'if settings.device == "cpu" or not there:',
        'if settings.device == "cpu":',
    ),
    Mutant(F, "memory is not looked at", "if needed > SPARE * free:", "if False:"),
    Mutant(F, "more images than there are", "if count > len(X):", "if False:"),
    Mutant(
        F,
        "a device that is not there",
        'if settings.device == "cuda" and not there:',
        "if False:",
    ),
    Mutant(
        F,
        "nothing is written",
        "if place()[0] == 0:\n        folder.mkdir(parents=True, "
        "exist_ok=True)\n        (folder",
        "if False:\n        folder.mkdir(parents=True, exist_ok=True)\n        (folder",
    ),
    Mutant(
        F,
        "a fixed generator",
        "np.random.default_rng([settings.seed, 18])",
        "np.random.default_rng()",
    ),
    Mutant(
        F,
        "checkpoints are not used",
        "settings, folder=folder, callback=callback",
        "settings, callback=callback",
    ),
    Mutant(F, "no plan of memory", "need_memory(settings, parts[0], parts[2])", "pass"),
]

"""What a run is: numbers of a TOML file, checked before anything is loaded.

    [fixmatch]
    steps = 20000
    batch = 64

Each section is one of the dataclasses here; a key that none of them has, or a value of
another kind, is an error that says where.
"""

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from reference.common import as_choice, as_integer, as_real

__all__ = ["FixMatch", "Settings", "read_settings"]


@dataclass(frozen=True)
class FixMatch:
    """How a network is trained, by {prf:ref}`alg-18-step`.

    Attributes
    ----------
    steps, batch, ratio : int
        K; B labelled images a step, and ``ratio`` B unlabelled ones (0: supervised).
    threshold, unlabeled_weight : float
        τ and λ_u.
    step_size, momentum, reg : float
        Of gradient descent with Nesterov's momentum and weight decay; the step falls as
        cos(7πk / 16K).
    average : float
        Decay of the averaged parameters that predict. Of the parameters after t steps
        the average has a share of 1 - average^t: match it to `steps`.
    refine_every, refine_from : int
        DARP on all beliefs about the pool, every so many steps from one on; 0: never.
    flip, half, compile : bool
        Mirrored views; bfloat16 where it is safe; compiled steps.
    save_every : int
        Steps between checkpoints, if there is a folder for them.
    """

    steps: int = 20000
    batch: int = 64
    ratio: int = 7
    threshold: float = 0.95
    unlabeled_weight: float = 1.0
    step_size: float = 0.03
    momentum: float = 0.9
    reg: float = 5e-4
    average: float = 0.999
    refine_every: int = 0
    refine_from: int = 0
    flip: bool = True
    half: bool = False
    compile: bool = False
    save_every: int = 500

    def __post_init__(self) -> None:
        for name, low in [("steps", 1), ("batch", 1), ("ratio", 0), ("save_every", 1),
                          ("refine_every", 0), ("refine_from", 0)]:  # fmt: skip
            as_integer(getattr(self, name), name, low=low)
        for name in ("unlabeled_weight", "step_size", "reg", "threshold"):
            as_real(getattr(self, name), name, low=0.0)
        for name in ("momentum", "average"):
            value = as_real(getattr(self, name), name, low=0.0)
            if value >= 1.0:
                raise ValueError(f"{name} must be below 1, got {value:g}")


@dataclass(frozen=True)
class Settings:
    """One experiment of active learning: data, network, training, strategy.

    Attributes
    ----------
    data : str
        cifar10, cifar100, svhn, stl10, tiny_imagenet or mnist.
    classes : list of int
        Labels to keep, renumbered from 0; none: all.
    pool, test : int
        Images drawn from the training and test images; 0: all.
    shrink : int
        Average squares of so many pixels to a side: 3 makes STL-10 32 x 32.
    strategy, trainer : str
        Who chooses, see `strategies`; "fixmatch" or "pdcl".
    initial, query, budget : int
        Labels at the start, a round, and in all.
    balanced : bool
        The first labels are drawn evenly from the classes, as in the papers. That
        uses the classes before they are bought; no: drawn at random.
    untrained_start : bool
        The first choice is made with random parameters (the paper's zero-shot).
    seed : int
    device : str
        "auto", "cpu" or "cuda".
    depth, widen, base, copies : int
        Of the network; with copies > 1 an ensemble, whose mean predicts.
    epsilon, rounds, dual_rate : float
        Of the trainer "pdcl".
    sketch, signs, candidates, considered : int
        Of the strategy "npc": length of a sketch, sign vectors, random batches, and
        images of the pool from which they are drawn.
    """

    data: str = "cifar10"
    classes: list = field(default_factory=list)
    pool: int = 0
    test: int = 0
    shrink: int = 1
    strategy: str = "npc"
    trainer: str = "fixmatch"
    initial: int = 10
    query: int = 20
    budget: int = 70
    balanced: bool = True
    untrained_start: bool = False
    seed: int = 0
    device: str = "auto"
    depth: int = 28
    widen: int = 2
    base: int = 16
    copies: int = 1
    epsilon: float = 0.2
    rounds: int = 100
    dual_rate: float = 0.05
    sketch: int = 4096
    signs: int = 1
    candidates: int = 1000
    considered: int = 5000
    fixmatch: FixMatch = field(default_factory=FixMatch)

    def __post_init__(self) -> None:
        for name in ("initial", "query", "depth", "widen", "base", "copies", "rounds",
                     "sketch", "signs", "candidates", "considered",
                     "shrink"):  # fmt: skip
            as_integer(getattr(self, name), name, low=1)
        for name in ("pool", "test", "seed"):
            as_integer(getattr(self, name), name, low=0)
        as_integer(self.budget, "budget", low=self.initial)
        as_real(self.epsilon, "epsilon", low=0.0, open_low=True)
        as_real(self.dual_rate, "dual_rate", low=0.0, open_low=True)
        known = ("cifar10", "cifar100", "svhn", "stl10", "tiny_imagenet", "mnist")
        as_choice(self.data, "data", known)
        as_choice(self.trainer, "trainer", ("fixmatch", "pdcl"))
        as_choice(self.device, "device", ("auto", "cpu", "cuda"))
        for name, kind in (("classes", list), ("fixmatch", FixMatch)):
            if not isinstance(value := getattr(self, name), kind):
                raise ValueError(f"{name} must be a {kind.__name__}, got {value!r}")


def read_settings(path: str | Path) -> Settings:
    """Return the settings that a TOML file describes.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Settings
        What the file does not say is as in `Settings` and `FixMatch`.

    Raises
    ------
    ValueError
        If a key is unknown, or a value of another kind or out of range; it names them.

    Examples
    --------
    >>> from reference.cifar_scale import read_settings
    >>> read_settings("experiments/configs/cifar_scale/npc_cifar10.toml").fixmatch.steps
    20000
    """
    try:
        table = tomllib.loads(Path(path).read_text("utf-8"))
        inner = table.pop("fixmatch", {})
        if not isinstance(inner, dict):
            raise ValueError(f"fixmatch must be a section, got {inner!r}")
        return Settings(**known(Settings, table), fixmatch=FixMatch(
            **known(FixMatch, inner)))  # fmt: skip
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def known(kind: Any, table: dict[str, Any]) -> dict[str, Any]:
    """Return a table's entries, whole numbers as floats where floats are wanted."""
    kinds: dict[str, Any] = {f.name: f.type for f in fields(kind)}
    found = {}
    for name, value in table.items():
        if name not in kinds or name == "fixmatch":
            raise ValueError(f"{name} is no setting; there are {', '.join(kinds)}")
        wanted = kinds[name]
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise ValueError(f"{name} must be {wanted.__name__}, got {value!r}")
        found[name] = value
    return found

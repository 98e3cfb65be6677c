r"""The strategies of the book, for images: the same functions, fed by a network.

.. math::

    S = \text{strategy}(p, \phi, \Phi, \lambda), \quad
    p \text{ and } \phi \text{ of the pool}, \;
    \Phi \text{ a factor of the kernel}, \; \lambda \text{ the duals}

Those of chapter 11 ask for probabilities and embeddings, chapter 14's for duals, and
get them from an `ImageLearner` by the names of their parameters. Chapter 16's needs the
kernel of the whole network; ALBL needs a memory.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from reference.acquisition import (
    albl_strategy,
    badge,
    bait,
    bald,
    discriminative,
    entropy,
    gradient_length,
    k_center,
    least_confidence,
    margin,
    random_picks,
)
from reference.ally import dual_picks
from reference.cifar_scale.checks import need_module
from reference.cifar_scale.settings import Settings
from reference.npc import npc

__all__ = ["strategy_of"]

DIRECT: dict[str, Callable[..., np.ndarray]] = {
    "random": random_picks,
    "margin": margin,
    "least_confidence": least_confidence,
    "entropy": entropy,
    "bald": bald,
    "gradient_length": gradient_length,
    "k_center": k_center,
    "badge": badge,
    "bait": bait,
    "discriminative": discriminative,
    "ally": dual_picks,
}


def strategy_of(settings: Settings) -> Callable[..., np.ndarray]:
    """Return the strategy that the settings name, for `run_active_learning`.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    callable

    Raises
    ------
    ValueError
        If there is none of this name, or it needs another trainer or network.

    Examples
    --------
    >>> from reference.cifar_scale import Settings, strategy_of
    >>> strategy_of(Settings(strategy="badge")).__name__
    'badge'
    """
    need_module("settings", settings, Settings)
    name = settings.strategy
    known = [*DIRECT, "albl", "npc"]
    if name not in known:
        raise ValueError(f"strategy must be one of {', '.join(known)}, got {name!r}")
    if name == "ally" and settings.trainer != "pdcl":
        raise ValueError('strategy "ally" needs duals: set trainer = "pdcl"')
    if name == "bald" and settings.copies < 2:
        raise ValueError('strategy "bald" needs members: set copies to 2 or more')
    if name == "npc":
        if settings.copies > 1:
            raise ValueError('strategy "npc" needs one network: set copies = 1')
        return partial(npc_images, considered=settings.considered,
                       candidates=settings.candidates)  # fmt: skip
    if name == "albl":
        rounds = -(-(settings.budget - settings.initial) // settings.query)
        return albl_strategy(max(rounds, 1))
    return DIRECT[name]


def npc_images(
    model: Any, bought: np.ndarray, indices: np.ndarray, budget: int, *,
    considered: int, candidates: int, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Return NPC's batch by the kernel of the whole network, on a part of the pool.

    The part is drawn first: candidates are random batches anyway, and each image costs
    a gradient.
    """
    part = rng.permutation(len(indices))[: max(considered, budget)]
    rows = np.concatenate([bought, indices[part]])[:, None]
    labeled = np.arange(len(bought))
    chosen = npc(
        factor=model.factor(rows), labeled=labeled,
        pool=np.arange(len(bought), len(rows)), budget=budget, candidates=candidates,
        rng=rng,
    )  # fmt: skip
    return part[chosen - len(bought)]

r"""ALBL as a strategy of the loop: two advisers, and the memory of one run.

.. math::

    \psi_{1i} = \frac{[i \in \text{least confidence}]}b, \qquad
    \psi_{2i} = \frac{[i \in \text{k-center}]}b, \qquad
    \psi_{3i} = \frac1n

`bandit.py` hides nothing: a state goes in, and a new one comes back. The loop calls a
strategy with what the model says now, and nothing else. So the strategy itself
remembers the state, the last advice and the last picks.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from reference.acquisition.bandit import BanditState, albl, albl_start, albl_update
from reference.acquisition.covering import k_center
from reference.acquisition.uncertainty import least_confidence
from reference.common import need_callable

__all__ = ["albl_strategy"]


def albl_strategy(
    rounds: int,
    *,
    failure: float = 0.05,
    callback: Callable[[BanditState], None] | None = None,
) -> Callable[..., np.ndarray]:
    r"""Return a strategy for one run: ALBL over least confidence, k-center and chance.

    .. math:: \text{state}, \psi, \text{picks} \;\to\; \text{state}
              \quad\text{by the guesses on what was drawn}

    Parameters
    ----------
    rounds : int
        For how many batches the run is planned.
    failure : float
        As in `albl_start`.
    callback : callable, optional
        Called with the `BanditState` before each batch is drawn.

    Returns
    -------
    callable
        ``strategy(probabilities, budget, *, embeddings, labeled, labels,
        labeled_probabilities, rng)`` returns so many distinct positions. Its labels,
        and their probabilities by the model of now, stand in the order of purchase;
        those of the first call are the start, which earns no reward.

    Raises
    ------
    ValueError
        If an argument is malformed; from the strategy, if its labels are not those of
        the call before and of the picks that it returned: make one for each run.

    Notes
    -----
    Implements {prf:ref}`alg-11-albl`: step 2 of a batch is done when the next is asked
    for.

    References
    ----------
    Hsu and Lin (2015), whose advisers are others.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp, albl_strategy, run_active_learning
    >>> X = np.linspace(-1.0, 1.0, 40)[:, None]
    >>> y = (X[:, 0] > 0.3).astype(int)
    >>> heard = []
    >>> run = run_active_learning(
    ...     X, lambda i: y[i], albl_strategy(3, callback=heard.append),
    ...     Mlp((1, 16, 2), rng=np.random.default_rng(0)),
    ...     budget=10, initial=2, batch=3, rng=np.random.default_rng(1))
    >>> [len(state.chances) for state in heard]  # of the points with a reward
    [0, 3, 6]
    """
    fresh = albl_start(2, 1, rounds, failure=failure)  # checks rounds and failure
    need_callable(callback, "callback", optional=True)
    memory: dict[str, Any] = {}

    def listen(
        probabilities: np.ndarray,
        budget: int,
        *,
        embeddings: np.ndarray,
        labeled: np.ndarray | None,
        labels: np.ndarray,
        labeled_probabilities: np.ndarray,
        rng: np.random.Generator,
    ) -> np.ndarray:
        n, bought = len(probabilities), len(labels)
        if not memory:
            state = albl_start(2, n, fresh.rounds, failure=fresh.failure)
            memory["start"] = bought
        else:
            state, advice, picks = (memory[k] for k in ("state", "advice", "picks"))
            start = memory["start"]
            wanted = start + len(state.chances) + len(picks)
            if bought != wanted:
                raise ValueError(
                    f"labels must be the {wanted} of the run that this strategy "
                    f"remembers, got {bought}; make a new one for each run"
                )
            right = np.argmax(labeled_probabilities, axis=1) == labels
            state = albl_update(state, advice, picks, right[start:])
        if callback is not None:
            callback(state)
        advice = np.zeros((2, n))
        unsure = least_confidence(probabilities, budget, rng=rng)
        far = k_center(embeddings, budget, labeled=labeled, rng=rng)
        advice[0, unsure] = advice[1, far] = 1.0 / budget
        picks = albl(advice, budget, state=state, rng=rng)
        memory.update(state=state, advice=advice, picks=picks)
        return picks

    return listen

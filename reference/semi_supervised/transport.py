r"""Can the class totals be met at all? A flow from rows to classes, and the cut.

A row can bring its unit only to classes where it has a positive entry. Rows with the
same positive entries are one source; the flow

.. math::

    \sum_k f_{sk} = m_s, \qquad \sum_s f_{sk} = c_k, \qquad f_{sk} \ge 0,
    \quad f_{sk} = 0 \text{ unless class } k \text{ is open to source } s

exists if and only if no set K of classes has less room than the rows that can go
nowhere else bring. If a set has exactly as much, all other rows are kept out of it.
"""

import numpy as np
from scipy.sparse.csgraph import connected_components

from reference.common import Infeasible

__all__: list[str] = []

DUST = 1e-12  # a flow below this share of all rows is none


def room_for(Q: np.ndarray, stays: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return which entries (n, C) can be positive when the columns are right.

    Raises `Infeasible` with a set of classes that have too little room.
    """
    n, C = Q.shape
    support = Q > 0.0
    left = totals - Q[stays].sum(axis=0)
    classes = left < -DUST * n
    if not classes.any() and not stays.all():
        open_to, source, size = np.unique(
            support[~stays], axis=0, return_inverse=True, return_counts=True
        )
        flow, classes = fill(size.astype(float), np.maximum(left, 0.0), open_to, n)
    if classes.any():
        only = np.flatnonzero(classes)
        bound = ~(support & ~classes).any(axis=1) & ~stays
        load = bound.sum() + Q[stays][:, only].sum()
        if load > totals[only].sum():
            raise Infeasible(
                f"class_totals leave {totals[only].sum():g} for the classes "
                f"{only.tolist()}, but rows that can go nowhere else or must stay "
                f"bring {load:g}",
                only,
            )
    if stays.all():
        return support
    # Entries that no flow uses lie between different components of the residual graph.
    S = len(size)
    graph = np.zeros((S + C, S + C), dtype=bool)
    graph[:S, S:] = open_to
    graph[S:, :S] = (flow > DUST * n).T
    _, component = connected_components(graph, connection="strong")
    usable = open_to & (component[:S, None] == component[S:])
    support[~stays] = usable[source.ravel()]
    return support


def fill(
    supply: np.ndarray, room: np.ndarray, open_to: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return a largest flow (S, C), and the classes that kept it from being whole.

    Shortest augmenting paths: what is left of a source goes to a class with room,
    perhaps by way of classes from which other sources can be moved on.
    """
    flow = np.zeros(open_to.shape)
    dust = DUST * n
    while True:
        path, classes = augmenting_path(supply, room, open_to, flow, dust)
        if path is None:
            return flow, classes
        sources, stops = path  # source[j] goes to stop[j], which source[j + 1] leaves
        leaving = [flow[s, k] for s, k in zip(sources[1:], stops[:-1], strict=True)]
        amount = min(supply[sources[0]], room[stops[-1]], *leaving)
        supply[sources[0]] -= amount
        room[stops[-1]] -= amount
        for s, k in zip(sources, stops, strict=True):
            flow[s, k] += amount
        for s, k in zip(sources[1:], stops[:-1], strict=True):
            flow[s, k] -= amount


def augmenting_path(
    supply: np.ndarray, room: np.ndarray, open_to: np.ndarray, flow: np.ndarray,
    dust: float,
) -> tuple[tuple[list[int], list[int]] | None, np.ndarray]:  # fmt: skip
    """Return sources and classes of a shortest path, or None; and what was reached."""
    S, C = flow.shape
    by_class, by_source = np.full(S, -1), np.full(C, -1)  # whence each was reached
    sources, classes = supply > dust, np.zeros(C, dtype=bool)
    while True:
        onward = open_to & sources[:, None]
        new = onward.any(axis=0) & ~classes
        by_source[new] = onward.argmax(axis=0)[new]
        classes |= new
        ends = np.flatnonzero(classes & (room > dust))
        if len(ends):
            break
        back = (flow > dust) & classes
        new = back.any(axis=1) & ~sources
        if not new.any():
            return None, classes
        by_class[new] = back.argmax(axis=1)[new]
        sources |= new
    stops = [int(ends[0])]
    path = [int(by_source[stops[0]])]
    while by_class[path[0]] >= 0:
        stops.insert(0, int(by_class[path[0]]))
        path.insert(0, int(by_source[stops[0]]))
    return (path, stops), classes

"""Does the shortest optimal network jump along the path? A search over small data.

    OPENBLAS_NUM_THREADS=1 python -m experiments.min_norm_continuity --cases 500
    OPENBLAS_NUM_THREADS=1 python -m experiments.min_norm_continuity --start 500

Mishkin and Pilanci (2023) conjecture that the shortest optimum of the convex program
is continuous in λ. As blocks it is not (chapter 10 has two samples that show it by
hand): a neuron that comes to a wall is shared by the cells there. Left open is the
question for neurons that are counted once, and for the network as a function.

Case k is drawn from seed k. Three kinds: integer features and a bias, integer features
in the plane (small ones, so that symmetric data are common), Gaussian features in the
plane. All patterns, λ on a grid. Between changes of structure (which neurons there are,
on which walls) everything moves smoothly, so a jump can only be at a change, and only
where there are many optima on one side. Each is bisected down to 1e-5 of λ; what is
then left of the change of outputs at probe points is a jump, or a steep slope: found
jumps are looked at again.

`once`: each neuron counts once. `copies`: each block counts. Both compare *functions*,
not blocks. Every case is a line of the file `--resume`; a second call goes on.
"""

import argparse
import json

import numpy as np

from experiments.provenance import save
from experiments.sweep import read_journal, resume
from reference.activation_patterns import enumerate_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import critical_reg
from reference.optimal_set import optimal_set
from reference.solution_path.path import WarmSolver
from reference.solution_path.shortest import shortest_blocks

SHARES = np.geomspace(0.9, 0.02, 14)
JUMP = 1e-3  # of the largest output at a probe
ENDS = 1e-5  # of λ, where a bisection stops: nearer the certificate decides nothing


def draw(k):
    """Return the kind, X and y of case k."""
    rng = np.random.default_rng(k)
    kind = ("bias", "plane", "gaussian")[k % 3]
    n = int(rng.integers(3, 9))
    if kind == "gaussian":
        return kind, rng.standard_normal((n, 2)), rng.standard_normal(n)
    size = int(rng.integers(1, 4))
    X = rng.integers(-size, size + 1, (n, 1 + (kind == "plane"))).astype(float)
    if rng.random() < 0.5:  # mirror images, with the same targets
        X = np.vstack([X, -X])
    y = np.tile(rng.integers(-3, 4, n).astype(float), len(X) // n)
    return kind, with_bias(X) if kind == "bias" else X, y


class Case:
    """The shortest networks of one data set, computed once for each λ."""

    def __init__(self, X, y):
        self.X, self.y = X, y
        self.patterns = enumerate_patterns(X)
        self.top = critical_reg(X, y, self.patterns)
        self.probes = np.random.default_rng(0).standard_normal((12, X.shape[1]))
        self.solver = WarmSolver(X, y, self.patterns, 1e-9)
        self.known = {}

    def at(self, reg):
        """Return dimension, structure and outputs at the probes, for both counts.

        The structure is the set of signs and sides of the samples, 0 on a wall.
        """
        if reg not in self.known:
            found = optimal_set(self.solver.solve(reg), self.X, self.y)
            outputs = []
            for copies in (False, True):
                blocks = shortest_blocks(found, self.patterns, self.X, copies)
                sums = np.maximum(np.einsum("spd,md->spm", blocks, self.probes), 0.0)
                outputs.append(sums[0].sum(axis=0) - sums[1].sum(axis=0))
            heights = found.directions @ self.X.T
            sides = np.where(np.abs(heights) <= 1e-9, 0, np.sign(heights)).astype(int)
            neurons = np.column_stack([found.index[:, 0], sides])
            structure = tuple(sorted(map(tuple, neurons.tolist())))
            self.known[reg] = found.dimension, structure, np.array(outputs)
        return self.known[reg]

    def decided(self, low, high):
        """Return a λ near the middle at which the certificate decides."""
        for share in (0.5, 0.4, 0.6, 0.25, 0.75):
            mid = low + share * (high - low)
            try:
                self.at(mid)
                return mid
            except NotConverged as error:
                refused = error
        raise refused

    def changes(self, low, high):
        """Return narrow intervals of λ in which the structure changes."""
        if self.at(low)[1] == self.at(high)[1]:
            return []
        if high - low <= ENDS * high:
            return [(low, high)]
        mid = self.decided(low, high)
        return self.changes(low, mid) + self.changes(mid, high)


def run(k):
    """Return the record of case k."""
    kind, X, y = draw(k)
    record = {
        "case": k,
        "kind": kind,
        "n": len(X),
        "changes": 0,
        "refused": 0,
        "jumps": [],
    }
    case = Case(X, y)
    if case.top < 1e-6:
        return record | {"dimensions": []}
    grid, dimensions = case.top * SHARES, []
    for reg in grid:
        try:
            dimensions.append(case.at(float(reg))[0])
        except NotConverged:
            dimensions.append(None)
    record["dimensions"] = dimensions
    for i in range(len(grid) - 1):
        pair = dimensions[i], dimensions[i + 1]
        if None in pair or max(pair) == 0:
            continue
        try:
            found = case.changes(float(grid[i + 1]), float(grid[i]))
        except NotConverged:  # too near to a change of structure for the certificate
            record["refused"] += 1
            continue
        record["changes"] += len(found)
        for low, high in found:
            ends = case.at(low)[2], case.at(high)[2]
            size = np.abs(ends).max() + 1e-12
            for which, name in enumerate(("once", "copies")):
                change = float(np.abs(ends[1][which] - ends[0][which]).max() / size)
                if change > JUMP:
                    record["jumps"].append([name, high, high / case.top, change])
    return record


def main():
    """Run the cases that are not in the file yet, then save what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--resume", default="work/min_norm_continuity.jsonl")
    options = parser.parse_args()
    cases = range(options.start, options.start + options.cases)
    resume([{"k": k} for k in cases], run, options.resume)
    records = sorted(read_journal(options.resume).values(), key=lambda r: r["case"])
    counts = {}
    for r in records:
        names = ("cases", "with_many_optima", "changes", "refused", "once", "copies")
        row = counts.setdefault(r["kind"], dict.fromkeys(names, 0))
        row["cases"] += 1
        row["with_many_optima"] += any(d for d in r["dimensions"])
        row["changes"] += r["changes"]
        row["refused"] += r["refused"]
        for name in ("once", "copies"):
            row[name] += any(jump[0] == name for jump in r["jumps"])
    print(json.dumps(counts, indent=1))
    found = [r for r in records if r["jumps"]]
    save(
        "min_norm_continuity",
        {"counts": counts, "cases": len(records), "found": found},
        seeds=[records[0]["case"], records[-1]["case"]],
    )


if __name__ == "__main__":
    main()

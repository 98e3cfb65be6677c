r"""All optima in the plane, in a hundred digits: for experiments that need a proof.

With two features the program over all patterns is a problem on a circle. A neuron is a
unit vector e with a sign ξ and an amount a; the optima with residual r use those with

.. math:: \xi \, r^\top (X e)_+ = \lambda ,

the largest value there is. Between neighbouring walls (an *arc*) the value is
:math:`\xi q^\top e` for one vector q, largest at :math:`\xi q / |q|` if that is inside;
else at one of the walls. So there are 2 candidates for each arc and each wall, and no
cone to project on. Each neuron is counted once.

The steps are those of `optimal_set` (amounts of least gap, then Newton's method on the
faces), but independent of its code, and in decimal arithmetic: the duality gap goes
down to about 1e-89, and what it leaves open is below 1e-35 of λ. Whatever the data are
as floats, that is what they are here, exactly.
"""

from dataclasses import dataclass
from decimal import Context, Decimal, localcontext

import numpy as np

DIGITS = 100
SAME = Decimal("1e-35")  # values that agree to that, in units of λ, are equal
RIDGE = Decimal("1e-50")  # so little that the constraint holds
TINY = Decimal("1e-90")  # rounding, with a margin of ten digits
SINGULAR = Decimal("1e-70")  # a pivot that is rounding
MISS = Decimal("1e-20")  # of the targets: fitted values that are reproduced
NEAR = Decimal("0.98")  # of λ: values below are not looked at

as_decimals = np.vectorize(
    lambda t: t if isinstance(t, Decimal) else Decimal(float(t)), otypes=[object]
)


class Undecided(ArithmeticError):
    """The gap does not come down: λ is too near to a change."""


def precisely():
    """Return the context in which everything here is to be computed."""
    return localcontext(Context(prec=DIGITS))


def cross(a, b):
    """Return the signed area of two vectors of the plane."""
    return a[0] * b[1] - a[1] * b[0]


def angle(g):
    """Return the angle of a vector, in (-π, π], to fifteen digits."""
    return np.arctan2(float(g[1]) + 0.0, float(g[0]))  # -0.0 is 0.0


def solve_linear(A, b):
    """Return the solution of a system, by elimination with pivots."""
    A, n = np.column_stack([A, b]), len(b)
    for k in range(n):
        p = k + max(range(n - k), key=lambda i: abs(A[k + i, k]))
        if abs(A[p, k]) <= SINGULAR:
            raise Undecided("a singular system")
        A[[k, p]] = A[[p, k]]
        A[k + 1 :] -= np.outer(A[k + 1 :, k] / A[k, k], A[k])
    x = np.zeros(n, dtype=object)
    for k in reversed(range(n)):
        x[k] = (A[k, n] - A[k, k + 1 : n] @ x[k + 1 :]) / A[k, k]
    return x


def non_negative(H, c):
    """Return a >= 0 that minimises ½ a'H a - c'a, with independent columns in use.

    Lawson and Hanson's method. A column that depends on those in use enters as in the
    simplex method: along the null vector, until an amount is zero.
    """
    a, on = np.full(len(c), Decimal(0)), np.zeros(len(c), dtype=bool)
    floor = SINGULAR * max([abs(v) for v in c], default=Decimal(1))
    for _ in range(20 * len(c) + 20):
        slope = c - H @ a
        free = [k for k in np.flatnonzero(~on) if slope[k] > floor]
        if not free:
            return a
        new = max(free, key=lambda k: slope[k])
        null = np.full(len(c), Decimal(0))
        null[on], null[new] = solve_linear(H[np.ix_(on, on)], -H[on, new]), Decimal(1)
        if null @ H @ null <= SINGULAR * H[new, new]:
            steps = {k: -a[k] / null[k] for k in np.flatnonzero(on) if null[k] < 0}
            if not steps:
                raise Undecided("unbounded")
            last = min(steps, key=steps.get)
            a = a + steps[last] * null
            on[new], on[last], a[last] = True, False, Decimal(0)
        on[new] = True
        while True:
            ahead = np.full(len(c), Decimal(0))
            ahead[on] = solve_linear(H[np.ix_(on, on)], c[on])
            bad = [k for k in np.flatnonzero(on) if ahead[k] <= 0]
            if not bad:
                break
            step = min(a[k] / (a[k] - ahead[k]) for k in bad)
            a = a + step * (ahead - a)
            on &= a > floor * SINGULAR
            a[~on] = Decimal(0)
        a = ahead
    raise Undecided("non-negative least squares did not end")


def apart(Q, amounts, same):
    """Return the columns in use, largest amounts first, whose angles are above same."""
    kept, basis = [], []
    for k in sorted(np.flatnonzero(amounts > 0), key=lambda k: -amounts[k]):
        v = Q[:, k]
        for b in basis:
            v = v - (b @ v) * b
        if v @ v > same * (Q[:, k] @ Q[:, k]):
            kept.append(k)
            basis.append(v / (v @ v).sqrt())
    return np.array(kept, dtype=int)


@dataclass(frozen=True, eq=False)
class Neurons:
    """Candidates at a residual: signs, places, directions, values, columns of Q.

    A place is a number: 2 k for wall k, 2 k + 1 for the arc after it.
    """

    signs: np.ndarray
    places: np.ndarray
    directions: np.ndarray
    values: np.ndarray
    Q: np.ndarray

    def only(self, keep):
        """Return those of a mask."""
        parts = self.signs, self.places, self.directions, self.values
        return Neurons(*[part[keep] for part in parts], self.Q[:, keep])


class Plane:
    """Data in the plane, with their walls in order."""

    def __init__(self, X, y):
        live = np.any(X != 0, axis=1)
        self.X, self.y = as_decimals(X[live]), as_decimals(y[live])
        turned = np.column_stack([-self.X[:, 1], self.X[:, 0]])
        walls = []
        for g in sorted([*turned, *-turned], key=angle):
            if not walls or cross(walls[-1], g) != 0:
                walls.append(g)
        if len(walls) < 4:
            raise ValueError("the samples must span the plane")
        self.on = [self.X @ g > 0 for g in walls]
        self.walls = [g / (g @ g).sqrt() for g in walls]
        self.arcs = []
        for k, g in enumerate(self.walls):
            self.arcs.append(self.X @ (g + self.walls[(k + 1) % len(walls)]) > 0)
        self.norm = sum((self.X * self.X).ravel()).sqrt()
        self.norm_y = (self.y @ self.y).sqrt()

    def neurons(self, r, least):
        """Return the candidates with values above `least`."""
        found = []
        for k, wall in enumerate(self.walls):
            value = (r * self.on[k]) @ (self.X @ wall)
            found += [(s, 2 * k, wall, s * value) for s in (1, -1)]
            q = (r * self.arcs[k]) @ self.X
            size = (q @ q).sqrt()
            after = self.walls[(k + 1) % len(self.walls)]
            for s in (1, -1):
                if min(cross(wall, s * q), cross(s * q, after)) > SAME * size:
                    found.append((s, 2 * k + 1, s * q / size, size))
        found = [f for f in found if f[3] > least]
        signs, places, directions, values = (
            map(list, zip(*found, strict=True)) if found else ([], [], [], [])
        )
        columns = [s * self.active(p) * (self.X @ e) for s, p, e, _ in found]
        return Neurons(
            np.array(signs, dtype=object), np.array(places, dtype=int),
            np.array(directions, dtype=object).reshape(-1, 2),
            np.array(values, dtype=object),
            np.array(columns, dtype=object).reshape(-1, len(r)).T,
        )  # fmt: skip

    def active(self, place):
        """Return which samples are active at a place."""
        return (self.arcs if place % 2 else self.on)[place // 2]

    def newton(self, found, amounts, reg):
        """Return the residual of the optimum with these neurons on these faces."""
        parts = []
        for k in np.flatnonzero(amounts > 0):
            e, place = found.directions[k], found.places[k]
            face = np.eye(2, dtype=int) if place % 2 else e[:, None]
            A = found.signs[k] * self.active(place)[:, None] * (self.X @ face)
            parts.append((A, amounts[k] * (e if place % 2 else np.array([1]))))
        for _ in range(60):
            if not parts:
                return self.y
            A = np.hstack([p[0] for p in parts])
            z = np.concatenate([p[1] for p in parts])
            H, slope, start = A.T @ A, A.T @ (A @ z - self.y), 0
            for _, w in parts:
                size, here = (w @ w).sqrt(), slice(start, start + len(w))
                e = w / size
                turn = np.eye(len(w), dtype=int) - np.outer(e, e)
                H[here, here] += reg / size * turn
                slope[here] += reg * e
                start += len(w)
            step = -solve_linear(H, slope)
            moved, ahead, start = max(abs(A @ step)), [], 0
            for B, w in parts:
                new = w + step[start : start + len(w)]
                start += len(w)
                if new @ w > 0:
                    ahead.append((B, new))
            parts = ahead
            if moved <= TINY * max(abs(self.y)):
                break
        return self.y - sum((B @ w for B, w in parts), 0 * self.y)

    def solve(self, reg, r):
        """Return the neurons of all optima at λ = reg and the fitted values.

        `r` is where to start: a residual near the one of the optima.
        """
        best, idle = None, 0
        while idle < 12:
            found, nu, c, gap = self.proved(reg, r)
            spread = self.norm * (2 * gap).sqrt()
            if spread <= SAME * reg / 10:
                short = reg - found.values
                if any(SAME * reg < s < 1000 * SAME * reg for s in short):
                    raise Undecided("a value beside λ")
                return found.only(short <= SAME * reg), self.y - nu
            idle = 0 if best is None or 2 * gap < best else idle + 1
            best = min(best or gap, gap)
            # Columns that the gap cannot tell from dependent ones; in turn, finer ones.
            same = max(SINGULAR, gap * Decimal(10) ** (3 - 6 * (idle % 4)))
            use = apart(found.Q, non_negative(found.Q.T @ found.Q, c), same)
            found, c = found.only(use), c[use]
            r = self.newton(found, non_negative(found.Q.T @ found.Q, c), reg)
        raise Undecided(f"gap {gap:.1e}")

    def proved(self, reg, r):
        """Return candidates, ν, the slopes at zero amounts, and the gap of the best."""
        found = self.neurons(r, NEAR * reg)
        shrink = reg / max([*found.values, reg])
        nu, values = shrink * r, shrink * found.values
        parts = found.signs, found.places, found.directions
        found = Neurons(*parts, values, found.Q)
        c = found.Q.T @ (self.y - nu) - (reg - values)
        amounts = non_negative(found.Q.T @ found.Q, c)
        miss = self.y - found.Q @ amounts - nu
        rounding = TINY * max(self.y @ self.y, Decimal(1))
        gap = miss @ miss / 2 + amounts @ (reg - values) + rounding
        return found, nu, c, gap

    def shortest(self, found, fitted, copies=False):
        """Return the amounts a >= 0 with Q a = ŷ of least Σ a² / m.

        m is 1, or with `copies` the number of cells that hold the neuron: 2 on a wall.
        In b = a / √m a ridge, so small that it is a constraint.
        """
        cells = [2 if copies and place % 2 == 0 else 1 for place in found.places]
        root = np.array([Decimal(m).sqrt() for m in cells], dtype=object)
        Q = found.Q * root
        H = Q.T @ Q + RIDGE * np.eye(len(root), dtype=int)
        amounts = root * non_negative(H, Q.T @ fitted)
        if len(root) and max(abs(found.Q @ amounts - fitted)) > MISS * self.norm_y:
            raise Undecided("the amounts do not reproduce the fitted values")
        return amounts


def outputs(found, amounts, probes):
    """Return the network's outputs at probes (m, 2)."""
    heights = np.maximum(probes @ found.directions.T, Decimal(0))
    return heights @ (found.signs * amounts)


def structure(found):
    """Return which neurons may be used: signs and places."""
    return frozenset(zip(found.signs.tolist(), found.places.tolist(), strict=True))

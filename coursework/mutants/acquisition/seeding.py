"""Plausible mistakes in BADGE from two factors."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "badge",
        "old distances are taken for true",
        "if rng.random() * old[i] < new:",
        "if rng.random() * old[i] < old[i]:",
    ),
    Mutant(
        "badge",
        "accepts by distances",
        "if rng.random() * old[i] < new:",
        "if rng.random() * old[i] ** 0.5 < new**0.5:",
    ),
    Mutant(
        "badge",
        "draws by distances",
        "total = np.cumsum(old)",
        "total = np.cumsum(old**0.5)",
    ),
    Mutant(
        "badge",
        "the shortest first",
        "int(norms.argmax())",
        "int(norms.argmin())",
    ),
    Mutant(
        "badge",
        "the longest embedding first",
        "int(norms.argmax())",
        "int(np.einsum('ij,ij->i', H, H).argmax())",
    ),
    Mutant(
        "badge",
        "a ghost centre at the origin",
        "old = np.full(len(H), np.inf)",
        "old = norms.copy()",
    ),
    Mutant(
        "badge",
        "the unlikeliest label",
        "q.argmax(axis=1)] -=",
        "q.argmin(axis=1)] -=",
    ),
    Mutant(
        "badge",
        "no label",
        "] -= 1.0\n",
        "] -= 0.0\n",
    ),
    Mutant(
        "badge",
        "copies are drawn like others",
        "        if not new:  # nothing is left but copies\n",
        "        if len(new) < min(block, more):\n",
    ),
    Mutant(
        "badge",
        "what is left over in its order",
        "rng.permutation(left)[:more]",
        "left[:more]",
    ),
    Mutant(
        "badge",
        "measures the first centre again",
        "_measure(q, H, norms, new, old)",
        "_measure(q, H, norms, picks[:1], old)",
    ),
    Mutant(
        "badge",
        "believes products of copies",
        "near = squares <= CLOSE * sizes",
        "near = squares < -sizes",
    ),
    Mutant(
        "badge",
        "distances of embeddings",
        "(q[rows] @ q[new].T) * (",
        "1.0 * (",
    ),
    Mutant(
        "badge",
        "half the product",
        "sizes - 2.0 * products",
        "sizes - products",
    ),
    Mutant(
        "badge",
        "forgets the mixed term",
        "squares + 2.0 * cross, 0.0)",
        "squares + 0.0 * cross, 0.0)",
    ),
    Mutant(
        "badge",
        "forgets that classes differ",
        "dq, dh = q[i] - q[j], H[i] - H[j]",
        "dq, dh = 0.0 * (q[i] - q[j]), H[i] - H[j]",
    ),
    Mutant(
        "badge",
        "tiny gradients vanish",
        "q /= np.abs(q).max() or 1.0",
        "q /= 1.0",
    ),
    Mutant(
        "badge",
        "refused once, refused for good",
        "refused < 16",
        "refused < 0",
    ),
]

"""Properties of what stands in for the smallest eigenvalue."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.npc.criteria import continued
from reference.npc.kernel import as_kernel
from tests import strategies
from tests.npc.oracle import features, ranked


@pytest.mark.prop("P16.11", "beyond the rank more samples never lower the eigenvalue")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_the_continuation_grows(subject, seed):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=11, d=3)
    args = {
        "factor": F, "labeled": [0, 1], "pool": np.arange(2, 11), "search": "greedy",
        "when_rank_deficient": "continue",
    }  # fmt: skip
    values = [
        ranked(F @ F.T, 3, [0, 1], npc(budget=k, rng=np.random.default_rng(0), **args))
        for k in range(2, 10)
    ]
    assert (np.diff(values) >= -1e-10).all(), values


@settings(max_examples=15)
@given(seed=strategies.seeds, chosen=st.integers(0, 4))
def test_additions_are_eigenvalues_of_the_information(seed, chosen):
    F = features(seed, "normal", n=10, d=4)
    gram, pool = F @ F.T, np.arange(2, 10)
    kernel = as_kernel(gram, None)
    criterion = continued(kernel, np.array([0, 1]), pool, 4, 1e-12)
    picked = np.arange(chosen)
    got = criterion.additions(picked) * kernel.unit
    k = min(2 + chosen + 1, 4)
    for j in range(chosen, 8):
        want = ranked(gram, k, [0, 1], pool[picked], [pool[j]])
        np.testing.assert_allclose(got[j], want, rtol=1e-7, atol=1e-10)

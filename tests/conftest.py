"""The `subject` fixture: the reference, unless a reader's function replaces it."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

from coursework.subjects import reference_function

# One BLAS thread: the arrays here are small, and the runs repeat exactly.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # torch: a third of the time

common = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
settings.register_profile("default", max_examples=40, **common)
settings.register_profile("thorough", max_examples=1000, **common)
# Mutants only need to fail, not to fail in the simplest way.
unshrunk = common | {"phases": [Phase.explicit, Phase.generate]}
settings.register_profile("quick", max_examples=4, **unshrunk)
settings.register_profile("mutants", max_examples=40, **unshrunk)
settings.load_profile(os.environ.get("COMPANION_PROFILE", "default"))


@pytest.fixture(scope="session")
def subject():
    """Return a function that looks up the function under test by its name."""
    return reference_function


def pytest_collection_modifyitems(items):
    """Begin with the mutants: their tests are the longest, and none should be last."""
    items.sort(key=lambda item: "test_mutants" not in item.nodeid)

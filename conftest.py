"""Chapter 18 is optional: without torch its files are left out, examples included.

With ``COMPANION_TORCH=required`` in the environment they must not be.
"""

import importlib.util
import os

import pytest

FOUND = importlib.util.find_spec("torch") is not None
collect_ignore_glob = [] if FOUND else ["reference/cifar_scale/*"]


def pytest_configure(config):
    """Stop where torch is required and not there."""
    if os.environ.get("COMPANION_TORCH") == "required" and not FOUND:
        raise pytest.UsageError("COMPANION_TORCH is required, and torch is not here")

"""The built pages, served; the system's Chromium. Skipped, and why, without them."""

import os

import pytest

from tests.browser.site import chromium, missing, served


def pytest_configure():
    """Fail where the gate must not skip these tests."""
    if os.environ.get("COMPANION_BROWSER") == "required" and (reason := missing()):
        raise pytest.UsageError(f"the browser tests cannot run: {reason}")


def pytest_collection_modifyitems(items):
    """Skip these tests with instructions."""
    mine = [item for item in items if "tests/browser" in item.nodeid]
    reason = missing() if mine else None
    for item in mine if reason else []:
        item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def address():
    """Return the address under which the built pages are served."""
    with served() as url:
        yield url


@pytest.fixture(scope="session")
def driver():
    """Return a driver of Chromium; one window for all tests."""
    with chromium() as browser:
        yield browser

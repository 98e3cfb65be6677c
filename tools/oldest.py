"""Run the tests on the oldest NumPy and SciPy that pyproject.toml declares.

``make oldest``; it has a virtual environment of its own, ``.venv-oldest``.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv-oldest"


def oldest():
    """Return ``{"numpy": "2.2", "scipy": "1.15"}``: what pyproject.toml promises."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return dict(dependency.split(">=") for dependency in project["dependencies"])


def requirements():
    """Return the pinned requirements with the two oldest versions in their place."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    for package, version in oldest().items():
        text, count = re.subn(
            rf"^{package}==\S+", f"{package}=={version}", text, flags=re.MULTILINE
        )
        assert count == 1, package
    return text


def main(arguments):
    """Install and test; return the exit code of pytest."""
    python = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted, installed = requirements(), VENV / "requirements.txt"
    if not installed.exists() or installed.read_text("utf-8") != wanted:
        print("Installing", *(f"{p} {v}" for p, v in oldest().items()))
        uv = [sys.executable, "-m", "uv"]
        subprocess.run([*uv, "venv", "-q", "--clear", VENV], check=True)
        draft = VENV / "draft.txt"
        draft.write_text(wanted, "utf-8")
        install = [*uv, "pip", "install", "-q", "--python", python, "--no-deps"]
        subprocess.run([*install, "-r", draft], check=True)
        draft.rename(installed)
    # A built book's pages hang on no version, and need PyTorch, which is not here.
    every = ["-n", "auto", "--dist", "worksteal", "--ignore", "tests/browser"]
    tests = arguments or every
    return subprocess.call([python, "-m", "pytest", *tests], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

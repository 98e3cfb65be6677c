"""Create .venv and install the pinned requirements; every failure is one clear line.

Run by make with whatever Python there is, so this file must parse on old ones.
"""

import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOG = os.path.join(VENV, "setup.log")


def main():
    """Set up; exit with a message of one line if that is not possible."""
    if sys.version_info < (3, 11):
        found = "%d.%d" % sys.version_info[:2]
        sys.exit(
            "Python 3.11 or newer is needed, and this is %s. Install one, then run: "
            "make PYTHON=python3.11" % found
        )
    if sys.version_info >= (3, 14):
        print(
            "Python %d.%d is not tested here, 3.11 to 3.13 are: if something fails, "
            "run make PYTHON=python3.13" % sys.version_info[:2]
        )
    python = os.path.join(VENV, "bin", "python")
    if not works(python):
        print("Creating .venv with Python %d.%d" % sys.version_info[:2])
        command = [sys.executable, "-m", "venv", "--clear", VENV]
        if subprocess.call(command, stdout=subprocess.DEVNULL) != 0:
            sys.exit(
                "Python cannot create a virtual environment. On Debian or Ubuntu, run: "
                "apt install python3-venv"
            )
    print("Installing the pinned requirements (a minute or two, once)")
    requirements = os.path.join(ROOT, "requirements.txt")
    command = [
        python, "-m", "pip", "install", "--disable-pip-version-check",
        "--retries", "2", "--timeout", "30", "-r", requirements,
    ]  # fmt: skip
    with open(LOG, "w") as log:
        failed = subprocess.call(command, stdout=log, stderr=subprocess.STDOUT) != 0
    if failed:
        with open(LOG) as log:
            lines = [line.strip() for line in log if line.strip()]
        text = " ".join(lines)
        unreachable = (
            "NewConnectionError",
            "Name or service",
            "timed out",
            "ProxyError",
        )
        refused = ("ConnectionError", "MaxRetryError", "ConnectionResetError")
        if any(word in text for word in unreachable + refused):
            sys.exit(
                "The package index cannot be reached: check the network or the proxy, "
                "then run make again (details in .venv/setup.log)."
            )
        errors = [line for line in lines if line.startswith("ERROR")] or lines[-1:]
        sys.exit("pip failed: %s (details in .venv/setup.log)" % errors[0])
    with open(os.path.join(VENV, "ready"), "w"):
        pass


def works(python):
    """Whether a virtual environment is there, whole and new enough."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.call([python, "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


if __name__ == "__main__":
    main()

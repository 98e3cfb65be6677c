"""What you hand in: a checker for your own functions, and single-file export."""

import warnings

# `python -m coursework.check` finds the module loaded by this package; that is meant.
warnings.filterwarnings("ignore", r".*coursework\.check.*found in sys\.modules")

from coursework.check import check  # noqa: E402

__all__ = ["check"]

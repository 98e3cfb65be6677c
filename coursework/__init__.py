"""What you hand in: a checker for your own functions, and single-file export."""

from coursework.check import check

__all__ = ["check"]

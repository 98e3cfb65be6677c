"""Readable NumPy/SciPy implementations, one idea per module.

Import the module you want, for example ``from reference.relu_lp import
fit_relu_lp``. Nothing is imported here, so that each module starts fast.
"""

__version__ = "0.1.0"

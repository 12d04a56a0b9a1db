"""Lets Jupyter's Python tools speak Swift."""

# First of all, whichever module of this package is asked for: papermill imports the package's
# entry point while it is being imported itself, and would otherwise find it half made.
try:
    import papermill as _papermill  # noqa: F401
except ImportError:
    pass

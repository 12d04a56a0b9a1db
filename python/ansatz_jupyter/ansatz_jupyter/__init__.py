"""Lets Jupyter's Python tools speak Swift."""

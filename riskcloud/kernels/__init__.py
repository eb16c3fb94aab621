"""Numba loops on plain arrays. They import numpy and numba, check nothing and log nothing."""

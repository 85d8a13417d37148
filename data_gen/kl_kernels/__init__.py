"""Compiled kernels behind `KLTable`; nothing here is public.

Imported lazily, because importing numba takes a third of a second.
"""

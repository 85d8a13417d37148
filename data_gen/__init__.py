"""Exact mathematics: permutations, Kazhdan-Lusztig polynomials, Bruhat intervals, datasets.

What a user needs is here; each name is loaded when it is first used, so that importing the package
costs nothing.

Example:
    >>> from data_gen import BruhatInterval, kl_polynomial
    >>> kl_polynomial("1324", "3412")
    Poly(q + 1, q, domain='ZZ')
    >>> BruhatInterval("1324", "3412").num_nodes
    10
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

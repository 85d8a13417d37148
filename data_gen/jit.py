"""The decorator of compiled kernels: numba's njit with a type and one set of options."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

__all__ = ["kernel"]

P = ParamSpec("P")
T = TypeVar("T")


def kernel(function: Callable[P, T]) -> Callable[P, T]:
    """Compiles a function on first use and keeps the machine code on disk.

    Kernels release the interpreter lock and touch nothing but their arguments.

    Example:
        >>> import numpy as np
        >>> from data_gen.graph_check_kernels import longest_ways_up  # ``@kernel`` stands over it
        >>> ends, targets = np.array([0, 2, 3, 4, 4], np.int32), np.array([1, 2, 3, 3], np.int32)
        >>> longest_ways_up(ends, targets).tolist()  # of each vertex of a diamond
        [2, 1, 1, 0]
    """
    return cast(Callable[P, T], njit(cache=True, nogil=True)(function))

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
    """
    return cast(Callable[P, T], njit(cache=True, nogil=True)(function))

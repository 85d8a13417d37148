"""Kernels that only other kernels call."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

__all__ = ["inner_kernel"]

P = ParamSpec("P")
T = TypeVar("T")


def inner_kernel(function: Callable[P, T]) -> Callable[P, T]:
    """Like `data_gen.jit.kernel`, but without the entry from Python, which takes long to compile.

    Unpacking the arrays of a named tuple is most of the machine code of a small kernel.
    """
    compiled = njit(cache=True, nogil=True, no_cpython_wrapper=True)  # type: ignore[call-overload]
    return cast(Callable[P, T], compiled(function))

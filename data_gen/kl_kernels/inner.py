"""Decorators of the kernels behind the table, chosen to keep the cold compile short.

Reference counts of the arrays in named tuples would be most of the machine code of these kernels,
so they are compiled without: nothing here may allocate. Callers keep the arguments alive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

from numba import njit

__all__ = ["fused_kernel", "inner_kernel", "lean_kernel"]

P = ParamSpec("P")
T = TypeVar("T")


def lean_kernel(function: Callable[P, T]) -> Callable[P, T]:
    """Like `data_gen.jit.kernel`, for a kernel that allocates nothing.

    It works in the arrays that it is given and returns numbers only.
    """
    compiled = njit(cache=True, nogil=True, no_cfunc_wrapper=True, _nrt=False)  # type: ignore[call-overload]
    return cast(Callable[P, T], compiled(function))


def inner_kernel(function: Callable[P, T]) -> Callable[P, T]:
    """A lean kernel that only other kernels call, at more than one place."""
    compiled = njit(  # type: ignore[call-overload]
        cache=True, nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False
    )
    return cast(Callable[P, T], compiled(function))


def fused_kernel(function: Callable[P, T]) -> Callable[P, T]:
    """A part of one other kernel, pasted into it before types are known.

    Compiled on its own it would be optimised once more for each level of calls above it.
    """
    return cast(Callable[P, T], njit(inline="always", nogil=True, _nrt=False)(function))  # type: ignore[call-overload]

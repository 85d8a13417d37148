"""The two bit operations that numba does not offer.

In numba an operation between int64 and uint64 silently becomes float64: everything that enters a
hash or a bit set is therefore cast to uint64 first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic

__all__ = ["Number", "lowest_bit", "popcount"]

Number = Any
"""An integer of a kernel, of whatever width numba gives it."""


def _lowest_bit(typingctx: Any, word: Any) -> Any:
    """Index of the lowest set bit of a uint64 (64 if there is none)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


def _popcount(typingctx: Any, word: Any) -> Any:
    """Number of set bits of a uint64."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


lowest_bit = cast(Callable[[Number], int], intrinsic(_lowest_bit))
popcount = cast(Callable[[Number], int], intrinsic(_popcount))

"""What a table of Kazhdan-Lusztig polynomials will take, before it is begun."""

from __future__ import annotations

from data_gen.errors import MemoryLimitError
from data_gen.memory import require_memory

__all__ = ["MAX_N", "predicted_bytes", "require_table_memory"]

MAX_N = 11
"""The largest n that the numbering of the kernels can hold."""

# Stored ids (extremal pairs, one w per orbit) as `compute` counted them.
_STORED = {7: 14668, 8: 314365, 9: 8764802, 10: 318442006}

_INTERPRETER = 100_000_000  # what numba and its compiled kernels come to


def predicted_bytes(n: int, threads: int = 1) -> int:
    """Roughly how many bytes `KLTable.compute` takes at its peak.

    Example:
        >>> predicted_bytes(8) < predicted_bytes(9) < predicted_bytes(10) < predicted_bytes(11)
        True
    """
    from data_gen.kl_kernels.numbering import numbering_bytes

    numbering = numbering_bytes(n)
    return _INTERPRETER + numbering + threads * numbering // 3 + 5 * _stored_ids(n)


def _stored_ids(n: int) -> int:
    """Stored ids: counted up to S_10; from there on, growth itself grows by a quarter."""
    if n in _STORED:
        return _STORED[n]
    if n < 7:
        return _STORED[7]
    largest = max(_STORED)
    growth = _STORED[largest] / _STORED[largest - 1]
    estimate = float(_STORED[largest])
    for _ in range(largest, n):
        growth *= 1.25
        estimate *= growth
    return int(estimate)


def require_table_memory(n: int, threads: int) -> None:
    """Raises MemoryLimitError, with numbers, if the table of S_n would not fit.

    Example:
        >>> require_table_memory(5, threads=1)
        >>> require_table_memory(13, threads=1)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.MemoryLimitError: the table of S_13 needs about 293 TB ...
    """
    advice = "For single pairs there is kl_polynomial, which needs no table."
    needed = predicted_bytes(min(n, 60), threads)
    require_memory(needed, f"the table of S_{n}", advice)
    if n > MAX_N:
        raise MemoryLimitError(
            f"the table of S_{n} needs about {needed} bytes, and S_{MAX_N} is the largest that "
            f"fits the numbering. {advice}"
        )

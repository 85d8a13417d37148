"""Every error that klgnn raises on purpose, and the exit code that each one means.

A message quotes the offending input and says what to do. The command line prints the message
alone; from Python the exceptions are ordinary and can be caught by their built-in parents.
"""

from __future__ import annotations

__all__ = [
    "ChecksumError",
    "DatasetError",
    "GraphError",
    "IntervalError",
    "KlgnnError",
    "MemoryLimitError",
    "PermutationError",
    "PolynomialOverflowError",
    "RunError",
    "StorageError",
    "UsageError",
]


class KlgnnError(Exception):
    """Parent of every deliberate error; `exit_code` is what the command line returns."""

    exit_code = 1


class UsageError(KlgnnError, ValueError):
    """What was asked for makes no sense, whatever the state of the disk."""

    exit_code = 2


class PermutationError(UsageError):
    """A text or sequence that is no permutation in one-line notation."""


class IntervalError(UsageError):
    """A pair (x, w) with x not below w in Bruhat order."""


class GraphError(UsageError):
    """A graph that cannot be the Bruhat graph of an interval, or a file that holds none."""


class DatasetError(KlgnnError):
    """A folder that is not a dataset, is incomplete, or was made with other parameters."""


class ChecksumError(DatasetError):
    """A file whose bytes are not those that were written."""


class RunError(KlgnnError):
    """A run folder that is missing, incomplete, or does not fit the dataset."""


class StorageError(KlgnnError):
    """The disk refused a write: full, read-only or gone."""


class MemoryLimitError(KlgnnError, MemoryError):
    """The work would need more memory than there is; said before it starts."""


class PolynomialOverflowError(KlgnnError, OverflowError):
    """A coefficient left the range of the integers that hold it."""

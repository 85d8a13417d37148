"""Every error that klgnn raises on purpose, and the exit code that each one means.

A message quotes the offending input and says what to do. The command line prints the message
alone; from Python the exceptions are ordinary and can be caught by their built-in parents.

Example:
    >>> from data_gen.permutations import parse_permutation
    >>> try:
    ...     parse_permutation("1332")
    ... except KlgnnError as error:
    ...     print(f"{type(error).__name__}, exit code {error.exit_code}: {error}")
    PermutationError, exit code 2: '1332' is not a permutation of 1..4: 3 occurs twice.
    >>> for kind in (UsageError, DatasetError, ChecksumError, RunError, StorageError):
    ...     print(kind.__name__, kind.exit_code, [parent.__name__ for parent in kind.__bases__])
    UsageError 2 ['KlgnnError', 'ValueError']
    DatasetError 1 ['KlgnnError']
    ChecksumError 1 ['DatasetError']
    RunError 1 ['KlgnnError']
    StorageError 1 ['KlgnnError']
    >>> MemoryLimitError.exit_code, issubclass(MemoryLimitError, MemoryError)
    (1, True)
    >>> PolynomialOverflowError.exit_code, issubclass(PolynomialOverflowError, OverflowError)
    (1, True)
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
    """A text or sequence that is no permutation in one-line notation.

    Example:
        >>> from data_gen.permutations import parse_permutation
        >>> parse_permutation("1332")
        Traceback (most recent call last):
        data_gen.errors.PermutationError: '1332' is not a permutation of 1..4: 3 occurs twice.
    """


class IntervalError(UsageError):
    """A pair (x, w) with x not below w in Bruhat order.

    Example:
        >>> from data_gen.intervals import BruhatInterval
        >>> BruhatInterval("1324", "1243")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.IntervalError: 1324 is not below 1243 in Bruhat order: #{a<=2 : ...
    """


class GraphError(UsageError):
    """A graph that cannot be the Bruhat graph of an interval, or a file that holds none.

    Example:
        >>> import numpy as np
        >>> from data_gen.graph import IntervalGraph
        >>> from data_gen.graph_checks import check_bruhat_graph
        >>> two_paths = IntervalGraph(np.array([0, 1, 1]), np.array([0, 0]), np.array([1, 2]))
        >>> check_bruhat_graph(two_paths)  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.GraphError: an interval has one top, this graph has 2: no edge goes ...
    """


class DatasetError(KlgnnError):
    """A folder that is not a dataset, is incomplete, or was made with other parameters.

    Example:
        >>> from data_gen.dataset import IntervalDataset
        >>> IntervalDataset.open("no-such-folder")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.DatasetError: 'no-such-folder' does not exist; a dataset folder is ...
    """


class ChecksumError(DatasetError):
    """A file whose bytes are not those that were written.

    Example:
        >>> from data_gen.manifest import Manifest, Parameters
        >>> manifest = Manifest(Parameters((3,), "all"), {}, (), "", 2, 1, {})
        >>> changed = manifest.to_json().replace(b'"seed": 0', b'"seed": 1')
        >>> Manifest.from_json(changed, "manifest.json")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.ChecksumError: 'manifest.json' is damaged: its bytes are not those ...
    """


class RunError(KlgnnError):
    """A run folder that is missing, incomplete, or does not fit the dataset."""


class StorageError(KlgnnError):
    """The disk refused a write: full, read-only or gone."""


class MemoryLimitError(KlgnnError, MemoryError):
    """The work would need more memory than there is; said before it starts.

    Example:
        >>> from data_gen.memory import require_memory
        >>> require_memory(10**18, "the table of S_13")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        data_gen.errors.MemoryLimitError: the table of S_13 needs about 1000 PB ...
    """


class PolynomialOverflowError(KlgnnError, OverflowError):
    """A coefficient left the range of the integers that hold it."""

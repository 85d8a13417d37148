"""Going on where a stopped run was: what the journals of conjectures, formulas and searches share.

A journal lies in a hidden folder of the results. It says first which run it is of, and is refused
by any other; then it has a line for each finished block.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen.checked_lines import read_lines, write_lines
from data_gen.errors import DatasetError
from data_gen.storage import lock, write_atomically

__all__ = ["finished_blocks", "kept_arrays", "one_writer", "refuse_another"]

Line = dict[str, Any]


@contextmanager
def one_writer(folder: Path | None, hidden: str) -> Iterator[None]:
    """Holds a folder of results for as long as the block runs; nothing is held for None.

    Args:
        folder: The folder of the results.
        hidden: The hidden folder in it that has the journal.

    Raises:
        DatasetError: If another process is writing into it.
        StorageError: If it cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as name, one_writer(Path(name), ".journal"):
        ...     try:
        ...         with one_writer(Path(name), ".journal"):
        ...             print("two writers")
        ...     except DatasetError as error:
        ...         print(str(error).split(" into ")[0])
        another process is writing
    """
    if folder is None:
        yield
    else:
        with lock(folder / hidden / "lock"):
            yield


def refuse_another(
    folder: Path, what: str, there: Mapping[str, Any], header: Mapping[str, Any]
) -> None:
    """Raises DatasetError unless the results in a folder are those of this very run.

    Args:
        folder: For the message.
        what: What a run is called: "test", "check".
        there: The header that the folder has.
        header: The header of this run.

    Example:
        >>> refuse_another(Path("out"), "test", {"n": 4}, {"n": 4})
        >>> refuse_another(Path("out"), "test", {"n": 4}, {"n": 5})
        Traceback (most recent call last):
            ...
        data_gen.errors.DatasetError: 'out' holds another test: its n differs. Choose another \
folder, or remove this one.
    """
    if there == header:
        return
    changed = [key for key in header if there.get(key) != header[key]]
    raise DatasetError(
        f"{str(folder)!r} holds another {what}: its {', '.join(changed) or 'version'} differs. "
        "Choose another folder, or remove this one."
    )


def finished_blocks(
    path: Path, folder: Path, what: str, header: Line, block: Callable[[Line], Any]
) -> list[Line]:
    """The lines of a journal, one for each block, in order; torn ones are removed from the file.

    Args:
        path: The file; begun if it is not there.
        folder: For the message, as `what`.
        what: See `refuse_another`.
        header: Which run this is, as JSON has it.
        block: Which block a line is of; can be sorted.

    Raises:
        DatasetError: If the journal is that of another run.
        StorageError: If the folder cannot be written.

    Example:
        >>> from data_gen.checked_lines import append_line
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as name:
        ...     folder = Path(name)
        ...     journal = folder / "journal.jsonl"
        ...     arguments = journal, folder, "test", {"n": 4}, lambda line: line["block"]
        ...     begun = finished_blocks(*arguments)
        ...     append_line(journal, {"block": 1})
        ...     append_line(journal, {"block": 0})
        ...     begun, finished_blocks(*arguments)
        ([], [{'block': 0}, {'block': 1}])
    """
    lines = read_lines(path)
    if lines:
        refuse_another(folder, what, lines[0], header)
    kept = {block(line): line for line in lines[1:]}
    ordered = [kept[key] for key in sorted(kept)]
    write_lines(path, [header, *ordered])
    return ordered


def kept_arrays(
    path: Path, names: Sequence[str], make: Callable[[], Mapping[str, Any]]
) -> Mapping[str, NDArray[Any]]:
    """The arrays that a former run wrote down, or new ones, which are then kept.

    Args:
        path: An .npz file.
        names: Which arrays are wanted.
        make: Makes them all, by name.

    Raises:
        StorageError: If the disk refuses.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "intervals.npz")
        ...     made = kept_arrays(path, ["xs"], lambda: {"xs": np.arange(3)})
        ...     kept_arrays(path, ["xs"], dict)["xs"].tolist()
        [0, 1, 2]
    """
    with suppress(OSError, ValueError, KeyError), np.load(path) as kept:
        return {name: kept[name] for name in names}
    made = make()
    sink = io.BytesIO()
    np.savez_compressed(sink, **made)
    write_atomically(path, sink.getvalue())
    return made

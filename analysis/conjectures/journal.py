"""What a test has finished so far, so that a killed one goes on where it was.

A file of JSON lines in a hidden folder. Its first line says which test this is, and the others are
the tallies of finished blocks. A line that a kill tore is dropped.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.conjectures.population import Population
from analysis.conjectures.tally import Tally
from analysis.journals import finished_blocks, kept_arrays
from data_gen.checked_lines import append_line

__all__ = ["HIDDEN", "Journal"]

HIDDEN = ".klgnn-conjecture"
_KEPT = ("xs", "ws", "counts", "nodes", "limits", "is_sample")


class Journal:
    """The journal of one test in one folder.

    Args:
        folder: Where the results will be.
        header: Which test this is: conjecture, its code, n, sample; JSON-able.

    Raises:
        DatasetError: If the folder has the journal of another test.
        StorageError: If the folder cannot be written.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Journal(Path(folder), {"conjecture": "a"}).write(4, 0, Tally(intervals=7))
        ...     Journal(Path(folder), {"conjecture": "a"}).done[4, 0].intervals
        7
    """

    def __init__(self, folder: Path, header: Mapping[str, Any]) -> None:
        self.folder = folder
        self._path = folder / HIDDEN / "journal.jsonl"
        lines = finished_blocks(
            self._path, folder, "test", json.loads(json.dumps(header)), _block_of
        )
        self.done = {_block_of(line): Tally.from_dict(line["tally"]) for line in lines}

    def write(self, n: int, block: int, tally: Tally) -> None:
        """Notes a block as finished.

        Raises:
            StorageError: If the disk refuses.
        """
        self.done[n, block] = tally
        append_line(self._path, {"n": n, "block": block, "tally": tally.to_dict()})

    def population(self, n: int, make: Callable[[], Population]) -> Population:
        """The intervals of S_n: those that a former run wrote down, or new ones."""

        def arrays() -> dict[str, NDArray[Any]]:
            made = make()
            return {name: np.asarray(getattr(made, name)) for name in _KEPT}

        path = self.folder / HIDDEN / f"intervals-{n}.npz"
        kept = kept_arrays(path, _KEPT, arrays)
        xs, ws, counts, nodes, limits, is_sample = (kept[name] for name in _KEPT)
        return Population(n, xs, ws, counts, nodes, str(limits), bool(is_sample))


def _block_of(line: dict[str, Any]) -> tuple[int, int]:
    return line["n"], line["block"]

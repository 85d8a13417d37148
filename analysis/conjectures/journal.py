"""What a test has finished so far, so that a killed one goes on where it was.

A file of JSON lines in a hidden folder. Its first line says which test this is, and the others are
the tallies of finished blocks. A line that a kill tore is dropped.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from analysis.conjectures.population import Population
from analysis.conjectures.tally import Tally
from data_gen.checked_lines import append_line, read_lines, write_lines
from data_gen.errors import DatasetError
from data_gen.storage import write_atomically

__all__ = ["HIDDEN", "Journal"]

HIDDEN = ".klgnn-conjecture"
_ARRAYS = ("xs", "ws", "counts", "nodes")


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
        self.done: dict[tuple[int, int], Tally] = {}
        self._path = folder / HIDDEN / "journal.jsonl"
        self._start(json.loads(json.dumps(header)))

    def write(self, n: int, block: int, tally: Tally) -> None:
        """Notes a block as finished.

        Raises:
            StorageError: If the disk refuses.
        """
        self.done[n, block] = tally
        append_line(self._path, {"n": n, "block": block, "tally": tally.to_dict()})

    def population(self, n: int, make: Callable[[], Population]) -> Population:
        """The intervals of S_n: those that a former run wrote down, or new ones."""
        path = self.folder / HIDDEN / f"intervals-{n}.npz"
        with suppress(OSError, ValueError, KeyError), np.load(path) as kept:
            xs, ws, counts, nodes = (kept[name] for name in _ARRAYS)
            limits, is_sample = str(kept["limits"]), bool(kept["is_sample"])
            return Population(n, xs, ws, counts, nodes, limits, is_sample)
        made = make()
        sink = io.BytesIO()
        np.savez(
            sink,
            **{name: getattr(made, name) for name in _ARRAYS},
            limits=np.array(made.limits),
            is_sample=np.array(made.is_sample),
        )
        write_atomically(path, sink.getvalue())
        return made

    def _start(self, header: dict[str, Any]) -> None:
        lines = read_lines(self._path)
        if lines and lines[0] != header:
            changed = [key for key in header if lines[0].get(key) != header[key]]
            raise DatasetError(
                f"{str(self.folder)!r} holds another test: its {', '.join(changed)} differs. "
                "Choose another folder, or remove this one."
            )
        for line in lines[1:]:
            self.done[line["n"], line["block"]] = Tally.from_dict(line["tally"])
        kept = [
            {"n": n, "block": block, "tally": tally.to_dict()}
            for (n, block), tally in sorted(self.done.items())
        ]
        write_lines(self._path, [header, *kept])

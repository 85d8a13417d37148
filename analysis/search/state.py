"""What a search has done so far, on disk, so that a stopped one goes on.

``state.json`` has the numbers and names the file of arrays (policy weights, counters) that belongs
to it; that one is written first and named by its content, so there is always a whole state. Both
depend on what was done only. How long it took is in ``clock.json``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from analysis.journals import refuse_another
from data_gen.errors import ChecksumError
from data_gen.storage import sha256, write_atomically

__all__ = ["HIDDEN", "StateFolder"]

HIDDEN = ".klgnn-search"
Arrays = dict[str, NDArray[Any]]


class StateFolder:
    """The state of one search in one folder.

    Args:
        folder: Where the results will be.
        header: Which search this is; JSON-able.

    Raises:
        DatasetError: If the folder has the state of another search.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     StateFolder(folder, {"n": 4}).write({"rounds": 1}, {}, {"walks": 0.5})
        ...     StateFolder(folder, {"n": 4}).read()
        ({'rounds': 1}, {}, {'walks': 0.5})
    """

    def __init__(self, folder: str | Path, header: Mapping[str, Any]) -> None:
        self.folder = Path(folder)
        self._hidden = self.folder / HIDDEN
        self._header = json.loads(json.dumps(header))
        there = self._json("state.json")
        if there is not None:
            refuse_another(self.folder, "search", there["search"], self._header)

    @property
    def lock(self) -> Path:
        """What a search holds while it runs."""
        return self._hidden / "lock"

    def read(self) -> tuple[dict[str, Any], Arrays, dict[str, Any]] | None:
        """The numbers, the arrays, and the seconds by method; None if nothing was written.

        Raises:
            ChecksumError: If the arrays are not those that were written.
        """
        there = self._json("state.json")
        if there is None:
            return None
        path = self._hidden / there["arrays"]
        try:
            data = path.read_bytes()
            if path.name != _name(data):
                raise ChecksumError(
                    f"{str(path)!r} has been altered: remove {str(self._hidden)!r} to begin anew."
                )
            arrays = load(data)
        except (OSError, SafetensorError) as error:
            raise ChecksumError(
                f"{str(path)!r} cannot be read: remove {str(self._hidden)!r} to begin anew."
            ) from error
        return there["state"], arrays, self._json("clock.json") or {}

    def write(self, state: Mapping[str, Any], arrays: Arrays, seconds: Mapping[str, Any]) -> None:
        """Replaces what is there.

        Raises:
            StorageError: If the disk refuses.
        """
        data = save(dict(sorted(arrays.items())))
        name = _name(data)
        write_atomically(self._hidden / name, data)
        content = {"search": self._header, "state": state, "arrays": name}
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        write_atomically(self._hidden / "state.json", text.encode())
        write_atomically(self._hidden / "clock.json", (json.dumps(seconds) + "\n").encode())
        for path in self._hidden.glob("arrays-*.safetensors"):
            if path.name != name:
                with suppress(OSError):
                    path.unlink()

    def _json(self, name: str) -> Any:
        try:
            return json.loads((self._hidden / name).read_text(encoding="utf-8"))
        except OSError:
            return None
        except ValueError as error:
            raise ChecksumError(
                f"{str(self._hidden / name)!r} is no JSON any more: remove {str(self._hidden)!r} "
                "to begin anew."
            ) from error


def _name(data: bytes) -> str:
    return f"arrays-{sha256(data)[:16]}.safetensors"

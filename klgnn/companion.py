"""The program that helps another process train: ``python -m klgnn.companion FOLDER RANK PORT``.

Nobody but `klgnn.processes` calls it. What to train stands in the run folder's config.toml.
"""

from __future__ import annotations

import sys
from pathlib import Path

from data_gen.console import say
from data_gen.errors import KlgnnError
from klgnn.environment import prepare_torch

__all__: list[str] = []


def _main(words: list[str]) -> int:
    """Trains along; returns the exit code."""
    prepare_torch()
    from klgnn.training import train_along

    folder, rank, port = words
    try:
        train_along(Path(folder), int(rank), int(port))
    except KlgnnError as error:
        say(f"Process {rank}: {error}")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))

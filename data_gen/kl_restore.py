"""From the sections of a table file back to the table in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_gen.errors import DatasetError
from data_gen.kl_build import Built
from data_gen.kl_kernels.layers import Rows
from data_gen.kl_kernels.numbering import make_numbering
from data_gen.kl_kernels.polynomials import Pool
from data_gen.kl_memory import MAX_N, require_table_memory

__all__ = ["restore"]


def restore(path: Path, n: int, sections: dict[str, NDArray[Any]]) -> Built:
    """Computes again what is not in the file: the numbering of S_n, and the rows by number.

    Raises:
        DatasetError: If the sections are not those of a table.
        MemoryLimitError: If the table would not fit into memory.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> from data_gen.kl_file import read_sections
        >>> from data_gen.kl_table import KLTable
        >>> with TemporaryDirectory() as folder:
        ...     KLTable.compute(4).save(f"{folder}/s4.kl")
        ...     n, sections = read_sections(Path(folder, "s4.kl"))
        ...     built = restore(Path("s4.kl"), n, sections)
        >>> sorted(sections), built.pool.count.tolist()
        (['coefficients', 'degrees', 'ids', 'representatives', 'sizes'], [3])
        >>> restore(Path("s4.kl"), 4, {"degrees": sections["degrees"]})
        Traceback (most recent call last):
        data_gen.errors.DatasetError: 's4.kl' is not a Kazhdan-Lusztig table of this version.
    """
    expected = {"representatives", "sizes", "ids", "degrees", "coefficients"}
    if set(sections) != expected or not 1 <= n <= MAX_N:
        raise DatasetError(f"{str(path)!r} is not a Kazhdan-Lusztig table of this version.")
    require_table_memory(n, 1)
    numbering = make_numbering(n)
    representative = numbering.index_of[sections["representatives"]]
    start = np.zeros(len(representative) + 1, dtype=np.int64)
    np.cumsum(sections["sizes"], out=start[1:])
    row_of = np.zeros(len(numbering.right), dtype=np.uint32)
    inverse = numbering.inverse[representative]
    for members in (representative, inverse):
        row_of[members] = np.arange(len(representative))
        row_of[numbering.conjugate[members]] = np.arange(len(representative))
    degree = sections["degrees"].astype(np.int8)
    pool_start = np.zeros(len(degree) + 1, dtype=np.int64)
    np.cumsum(degree.astype(np.int64) + 1, out=pool_start[1:])
    ids = sections["ids"]
    pool = Pool(
        coefficients=sections["coefficients"].astype(np.int32),
        start=pool_start,
        degree=degree,
        slots=np.zeros(0, dtype=np.uint32),
        count=np.array([len(degree)], dtype=np.int64),
    )
    return Built(numbering, Rows(representative, start, ids, row_of), pool)

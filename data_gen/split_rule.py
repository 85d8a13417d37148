"""Which rows are for training, for choosing and for testing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from data_gen.errors import UsageError

__all__ = ["SHARES", "SPLITS", "SPLIT_KINDS", "SplitRule"]

SPLITS = ("train", "val", "test")

SHARES = (70, 15, 15)
"""Per cent for each of them, unless something else is asked for."""

SPLIT_KINDS = {
    "class": "whole isomorphism classes, so that no interval has a twin in another split",
    "n": "the classes that do not occur below the largest n are the test; the others train and val",
    "row": "single rows at random: twins are separated, which leaks; for comparison only",
}
"""The kinds of split, and what each one means."""

_WORD = 2**64


@dataclass(frozen=True)
class SplitRule:
    """A rule that depends on nothing but what is hashed: the seed and the name of a class or row.

    A class keeps its split when a dataset grows.

    Attributes:
        by: One of `SPLIT_KINDS`.
        shares: Per cent for train, val and test. With ``by="n"`` the first two are taken in
            proportion, and the test is what it is.
        seed: Any integer.

    Example:
        >>> SplitRule().of_class("ab" * 16) == SplitRule().of_class("ab" * 16)
        True
        >>> {SplitRule(shares=(100, 0, 0)).of_class(f"{k:032x}") for k in range(9)}
        {'train'}
    """

    by: str = "class"
    shares: tuple[int, int, int] = SHARES
    seed: int = 0

    def check(self, ns: tuple[int, ...]) -> None:
        """Refuses what makes no sense.

        Raises:
            UsageError: If there is no such kind, the shares do not add up to 100, or ``by="n"`` is
                asked of one n only.
        """
        if self.by not in SPLIT_KINDS:
            raise UsageError(f"there is no split by {self.by!r}: {', '.join(SPLIT_KINDS)} are.")
        if sum(self.shares) != 100 or min(self.shares) < 0:
            raise UsageError(
                f"shares {' '.join(map(str, self.shares))}: three numbers, none negative, that add "
                "up to 100 are wanted, for instance 70 15 15."
            )
        if self.by == "n" and len(ns) < 2:
            raise UsageError("a split by n tests on the largest n: at least two n are needed.")
        if self.by == "n" and self.shares[0] + self.shares[1] == 0:
            raise UsageError("a split by n needs a share for train or val.")

    def of_class(self, iso_class: str) -> str:
        """The split of an isomorphism class, where whole classes are split.

        Args:
            iso_class: The certificate, see `data_gen.isomorphism.certificate`.
        """
        digest = hashlib.sha256(f"klgnn split {self.seed} {iso_class}".encode()).digest()
        share = int.from_bytes(digest[:8], "big")
        return SPLITS[sum(share >= bound for bound in self._bounds())]

    def sql(self, largest_n: int) -> str:
        """The number of the split as an expression over the columns of a row.

        Args:
            largest_n: Of the dataset.

        Returns:
            SQL for DuckDB over ``n, x, w`` (ranks), ``iso_class`` (text) and ``first_n``, the least
            n of the rows in the same class.
        """
        name = "n || ' ' || x || ' ' || w" if self.by == "row" else "iso_class"
        digest = f"substr(sha256('klgnn split {self.seed} ' || {name}), 1, 16)"
        first, second = (f"{digest} >= '{bound:016x}'" for bound in self._bounds()[:2])
        # A bound of 2^64 has 17 digits: nothing reaches it.
        terms = [
            "0" if bound >= _WORD else f"({text})::INT"
            for bound, text in zip(self._bounds(), (first, second), strict=True)
        ]
        number = " + ".join(terms)
        if self.by == "n":
            return f"CASE WHEN first_n = {largest_n} THEN 2 ELSE {number} END"
        return number

    def _bounds(self) -> tuple[int, int]:
        train, val, _ = self.shares
        if self.by == "n":
            total = train + val
            return _WORD * train // total, _WORD
        return _WORD * train // 100, _WORD * (train + val) // 100

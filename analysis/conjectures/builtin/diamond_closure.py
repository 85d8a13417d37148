"""What diamond closure and principal ideals have to do with hypercube decompositions.

Example:
    Eight ideals of S_4 have hypercube clusters and are not closed; two of them will not do.

    >>> group = Subject("1234", "4321")
    >>> for one in (clusters_suffice, clusters_suffice_kl):
    ...     found = one.outcome(group)
    ...     print(found.counts, [case["z"] for case in found.failures])
    {'ideals': 8} ['3412', '4231']
    {'ideals': 8} ['3412', '4231']
    >>> incomparable_diamonds.outcome(group).holds, principal_ideals.outcome(group).counts
    (True, {'ideals': 87})
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from analysis.conjectures.base import Outcome, conjecture
from analysis.conjectures.builtin._decompositions import bbdvw_evidence, each, h_tilde_evidence
from analysis.conjectures.subject import Subject

if TYPE_CHECKING:
    from analysis.formulas.clusters import Cluster
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

__all__ = ["clusters_suffice", "clusters_suffice_kl", "incomparable_diamonds", "principal_ideals"]

_SOURCE = "arXiv:2111.15161 [recon]"


class _Clusters:
    """The hypercube clusters of ideals of one interval, remembered by vertex and set of edges."""

    def __init__(self, interval: Subject) -> None:
        self.bits = interval.bits
        self._known: dict[tuple[int, int], Cluster | None] = {}

    def of(self, ideal: int) -> dict[int, Cluster] | None:
        """The cluster of every vertex of an ideal; None if one of them is none."""
        from analysis.formulas.bitgraph import bits_of
        from analysis.formulas.clusters import cluster_at

        found = {}
        for p in bits_of(ideal):
            targets = self.bits.out[p] & ~ideal
            if not targets:
                continue
            key = p, targets
            if key not in self._known:
                self._known[key] = cluster_at(self.bits, p, targets)
            cluster = self._known[key]
            if cluster is None:
                return None
            found[p] = cluster
        return found


def _is_closed(interval: Subject, ideal: int, incomparable_only: bool = False) -> bool:
    """Whether an ideal with a and b of a diamond holds its top."""
    from analysis.formulas.bitgraph import bits_of

    bits = interval.bits
    for p in bits_of(ideal):
        inside = list(bits_of(bits.out[p] & ideal))
        for k, a in enumerate(inside):
            for b in inside[:k]:
                skipped = incomparable_only and bits.comparable[a] >> b & 1
                if not skipped and bits.out[a] & bits.out[b] & ~ideal:
                    return False
    return True


def _with_clusters(interval: Subject) -> Iterator[HypercubeDecomposition]:
    """[u,z] for all z other than v at which every vertex has a cluster, closed or not."""
    from analysis.formulas.hypercube_decompositions import HypercubeDecomposition

    clusters = _Clusters(interval)
    for z in range(interval.top):
        ideal = interval.bits.down[z]
        found = clusters.of(ideal)
        if found is not None:
            yield HypercubeDecomposition(interval.bits, z, ideal, found)


@conjecture(
    "incomparable-diamonds",
    "The hypercube decompositions are the same if only diamonds with incomparable middles have to "
    "be closed.",
    source=f"{_SOURCE}; observed in S_4 and S_5",
    status="observed",
)
def incomparable_diamonds(interval: Subject) -> Outcome:
    """Both sets of z."""
    found = [
        interval.name(one.z)
        for one in _with_clusters(interval)
        if _is_closed(interval, one.ideal, incomparable_only=True)
    ]
    expected = interval.names([one.z for one in interval.decompositions])
    return Outcome.equal(expected, found)


@conjecture(
    "clusters-suffice",
    "The formula of h-tilde holds for every ideal [u,z] whose outgoing edges span hypercube "
    "clusters, diamond-closed or not.",
    source=_SOURCE,
    status="refuted",
    note="Fails in S_4 already: diamond closure cannot be left out.",
    recheck="clusters_suffice",
)
def clusters_suffice(interval: Subject) -> Outcome:
    """The ideals that are not diamond-closed."""
    return _ideals(each(interval, _open(interval), lambda one: h_tilde_evidence(interval, one)))


@conjecture(
    "clusters-suffice-kl",
    "The formula of bbdvw holds for every ideal [u,z] whose outgoing edges span hypercube "
    "clusters, diamond-closed or not.",
    source=_SOURCE,
    status="refuted",
    note="Fails in S_4 already: diamond closure cannot be left out.",
    recheck="clusters_suffice_kl",
)
def clusters_suffice_kl(interval: Subject) -> Outcome:
    """The ideals that are not diamond-closed."""
    return _ideals(each(interval, _open(interval), lambda one: bbdvw_evidence(interval, one)))


def _open(interval: Subject) -> Iterator[HypercubeDecomposition]:
    return (one for one in _with_clusters(interval) if not _is_closed(interval, one.ideal))


def _ideals(outcome: Outcome) -> Outcome:
    """What was counted is no decomposition."""
    return Outcome(outcome.failures, {"ideals": outcome.counts["decompositions"]})


@conjecture(
    "principal-ideals",
    "No ideal generated by two incomparable elements is diamond-closed with outgoing edges that "
    "span hypercube clusters.",
    source="observed on all of S_4 and S_5",
    status="observed",
)
def principal_ideals(interval: Subject) -> Outcome:
    """All pairs of incomparable elements."""
    bits, clusters = interval.bits, _Clusters(interval)
    failures, count = [], 0
    for one in range(interval.top):
        for other in range(one):
            if bits.comparable[one] >> other & 1:
                continue
            count += 1
            ideal = bits.down[one] | bits.down[other]
            if clusters.of(ideal) is not None and _is_closed(interval, ideal):
                failures.append({"generators": interval.names([other, one])})
    return Outcome.of(failures, ideals=count)

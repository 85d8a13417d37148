from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from analysis.controls import random_vertices
from analysis.motifs import ALPHABETS, count_motifs, find_motifs, patterns
from analysis.reflections import EDGE_TYPES, edge_types
from data_gen.errors import UsageError
from data_gen.intervals import BruhatInterval
from tests.analysis.structure import labelled, some_nodes

INTERVALS = [BruhatInterval("1234", "4321"), BruhatInterval("12354", "45312")]


def edge_labels(interval: BruhatInterval, alphabet: str) -> dict[tuple[int, int], str]:
    graph, (i, j) = interval.graph, interval.reflections.T
    kinds = {
        "none": [""] * graph.num_edges,
        "length": ["cover" if cover else "long" for cover in graph.covers],
        "type": [EDGE_TYPES[k] for k in edge_types(i, j, interval.n)],
    }[alphabet]
    return dict(zip(map(tuple, interval.edges.tolist()), kinds, strict=True))


def count_by_hand(interval: BruhatInterval, inside: set[int], alphabet: str) -> Counter:
    """Titles and counts, from all sets of two, three and four edges."""
    edges = {e: t for e, t in edge_labels(interval, alphabet).items() if set(e) <= inside}
    order = {letter: k for k, letter in enumerate(ALPHABETS[alphabet])}
    found: Counter = Counter()

    def add(shape: str, text: str) -> None:
        found[shape if alphabet == "none" else f"{shape}: {text}"] += 1

    def ordered(*labels: str) -> str:
        return ", ".join(sorted(labels, key=order.__getitem__))

    for label in edges.values():
        add("edge", label)
    for (e, p), (f, q) in combinations(edges.items(), 2):
        if e[0] == f[0]:
            add("V", ordered(p, q))
        elif e[1] == f[1]:
            add("inverted V", ordered(p, q))
        elif e[1] == f[0]:
            add("2-path", f"{p}, {q}")
        elif f[1] == e[0]:
            add("2-path", f"{q}, {p}")
    for (a, b), (c, d) in combinations(sorted(edges), 2):
        if a == c:
            for top in inside:
                if (b, top) in edges and (d, top) in edges:
                    sides = [(edges[a, m], edges[m, top]) for m in (b, d)]
                    sides.sort(key=lambda side: [order[label] for label in side])
                    add("diamond", " | ".join(", ".join(side) for side in sides))
    return found


def larger_by_hand(interval: BruhatInterval, inside: set[int]) -> dict[str, int]:
    edges = {e for e in edge_labels(interval, "none") if set(e) <= inside}
    paths = [(a, b, c, d) for a, b in edges for c, d in edges if (b, c) in edges]
    above = {v: {b for a, b in edges if a == v} for v in inside}
    below = {v: {a for a, b in edges if b == v} for v in inside}
    return {
        "3-path": len(paths),
        "3 up": sum(len(list(combinations(above[v], 3))) for v in inside),
        "3 down": sum(len(list(combinations(below[v], 3))) for v in inside),
        "butterfly": sum(
            len(list(combinations(above[a] & above[b], 2))) for a, b in combinations(inside, 2)
        ),
        "closed 3-path": sum((a, d) in edges for a, _, _, d in paths),
    }


@pytest.mark.parametrize(("share", "seed"), [(0.4, 0), (0.7, 1), (1.0, 2)])
def test_counts_are_those_by_hand(share, seed):
    graphs = labelled(INTERVALS)
    nodes = some_nodes(graphs, share, seed)
    expected: Counter = Counter()
    for row, interval in enumerate(INTERVALS):
        inside = set(np.flatnonzero(nodes[graphs.nodes_of(row)]).tolist())
        for alphabet in ALPHABETS:
            expected.update(count_by_hand(interval, inside, alphabet))
        expected.update(larger_by_hand(interval, inside))
    (counts,) = count_motifs(graphs, [nodes])
    titles = [pattern.title for pattern in patterns()]
    assert len(set(titles)) == len(titles)
    assert set(expected) <= set(titles)
    assert dict(zip(titles, counts.tolist(), strict=True)) == {t: expected[t] for t in titles}


def test_every_two_path_has_two_middles():
    """A theorem on Bruhat graphs: so there is one diamond for two 2-paths."""
    graphs = labelled(INTERVALS)
    (counts,) = count_motifs(graphs, [np.ones(graphs.num_nodes, dtype=bool)])
    found = dict(zip((pattern.title for pattern in patterns()), counts.tolist(), strict=True))
    assert found["2-path"] == 2 * found["diamond"] > 0


def test_planted_diamonds_come_first():
    interval = BruhatInterval("1234", "4321")
    graphs = labelled([interval] * 8)
    one = np.zeros(24, dtype=bool)
    diamond = BruhatInterval("1234", "2143").nodes
    one[[interval.nodes.index(node) for node in diamond]] = True
    salient = np.tile(one, 8)
    draws = list(random_vertices(graphs, salient, "ranks", draws=199, seed=3))
    found = find_motifs(graphs, salient, draws, fewest=0)
    titles = [motif.pattern.title for motif in found]
    best = found[titles.index("diamond")]
    assert best.enrichment.count == 8
    assert best.enrichment.p_value == 1 / 200
    assert best.beyond_shape == 1
    kept = len(found)
    assert best.enrichment.p_holm <= kept / 200
    lows = [motif.enrichment.ratio.low for motif in found]
    lows = [low for low in lows if not np.isnan(low)]
    assert lows == sorted(lows, reverse=True)
    # Both reflections of the planted diamond are simple, which few diamonds are.
    simple = found[titles.index("diamond: simple, simple | simple, simple")]
    assert simple.enrichment.count == 8
    assert simple.beyond_shape > 1


def test_rare_patterns_are_left_out():
    graphs = labelled(INTERVALS)
    salient = some_nodes(graphs, 0.5, seed=4)
    draws = list(random_vertices(graphs, salient, "ranks", draws=9, seed=0))
    counts = count_motifs(graphs, [salient, *draws]).mean(axis=0)
    found = find_motifs(graphs, salient, draws, fewest=20)
    kept = {pattern.title for pattern, mean in zip(patterns(), counts, strict=True) if mean >= 20}
    assert {motif.pattern.title for motif in found} == kept
    assert 0 < len(kept) < len(patterns())


def test_random_vertices_show_nothing():
    """Holm's bound: at 5% few of many random salient parts may show anything at all."""
    graphs = labelled([INTERVALS[0]] * 6)
    start = some_nodes(graphs, 0.3, seed=5)
    masks = list(random_vertices(graphs, start, "ranks", draws=420, seed=6))
    seen = 0
    for k in range(20):
        found = find_motifs(graphs, masks[k], masks[20:], fewest=100)
        seen += any(motif.enrichment.p_holm <= 0.05 for motif in found)
    assert seen <= 4


def test_bad_input_is_refused():
    graphs = labelled(INTERVALS)
    with pytest.raises(UsageError, match="a mask has 3 entries"):
        count_motifs(graphs, [np.ones(3, dtype=bool)])
    with pytest.raises(UsageError, match="no draws"):
        find_motifs(graphs, np.ones(graphs.num_nodes, dtype=bool), [])
    assert count_motifs(graphs, []).shape == (0, len(patterns()))

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.decompositions import (
    KINDS,
    PIECES,
    standard_decompositions,
    standard_pieces,
)
from analysis.labelled import LabelledGraphs, read_labelled
from data_gen import schema
from data_gen.bruhat import bruhat_leq, bruhat_leq_arrays, unrank_permutations
from data_gen.errors import GraphError, PermutationError, UsageError
from data_gen.intervals import BruhatInterval
from data_gen.permutations import conjugate_by_w0, from_array, inverse
from tests.analysis.structure import labelled, words

# Bottom, top; z, size and targets of "first"; z of "last".
WORKED_EXAMPLES = [
    ("123", "321", "132", 2, ["213", "321"], "213"),
    ("1324", "3412", "1432", 4, ["2314", "3124"], "3214"),
    ("2143", "4231", "2431", 4, ["3142", "4123"], "4213"),
    ("1234", "4321", "1432", 6, ["2134", "3214", "4231"], "3214"),
    ("1234", "3412", "1432", 6, ["2134", "3214"], "3214"),
    ("1324", "4231", "1432", 4, ["2314", "3124"], "3214"),
    ("14325", "52341", "15342", 4, ["24315", "41325"], "42315"),
    ("12345", "52341", "15342", 20, ["21345", "32145", "42315", "52341"], "42315"),
    ("132546", "345612", "145632", 28, ["231546", "312546"], "345216"),
    ("132546", "351624", "153624", 22, ["231546", "312546"], "351426"),
    ("132546", "651234", "165234", 28, ["231546", "312546"], "541236"),
    ("132546", "456312", "156432", 64, ["231546", "312546", "432516"], "453216"),
]


def all_pairs(n: int) -> list[BruhatInterval]:
    every = unrank_permutations(np.arange(np.prod(np.arange(1, n + 1))), n)
    below = bruhat_leq_arrays(every[:, None], every[None])
    np.fill_diagonal(below, False)
    return [
        BruhatInterval(from_array(every[x]), from_array(every[w])) for x, w in np.argwhere(below)
    ]


def random_interval(n: int, seed: int) -> BruhatInterval:
    rng = np.random.default_rng(seed)
    while True:
        x, w = (tuple((rng.permutation(n) + 1).tolist()) for _ in range(2))
        for low, high in ((x, w), (w, x)):
            if low != high and bruhat_leq(low, high):
                return BruhatInterval(low, high)


def letters(interval: BruhatInterval, kind: str) -> list[int]:
    """The letter, or its place, that the elements of the ideal share with the bottom."""
    n = interval.n
    read = {
        "first": lambda z: z[0],
        "last": lambda z: z[-1],
        "pos1": lambda z: z.index(1),
        "posn": lambda z: z.index(n),
    }[kind]
    return [read(z) for z in interval.nodes]


def count_distinct(n: int) -> int:
    return sum(len({d.z for d in standard_decompositions(one)}) for one in all_pairs(n))


def embeddings(chosen: tuple[int, ...], out: list[set[int]]) -> list[dict[frozenset, int]]:
    """All injective maps of the subsets of `chosen` that a hypercube at vertex 0 would be."""
    subsets = [frozenset(s) for k in range(2, len(chosen) + 1) for s in combinations(chosen, k)]
    maps = [{frozenset(): 0, **{frozenset([a]): a for a in chosen}}]
    for subset in subsets:
        maps = [
            {**theta, subset: w}
            for theta in maps
            for w in set.intersection(*(out[theta[subset - {a}]] for a in subset))
            if w not in theta.values()
        ]
    return maps


def hypercube_by_search(interval: BruhatInterval, targets: tuple[int, ...]) -> set[int]:
    out: list[set[int]] = [set() for _ in range(interval.num_nodes)]
    for source, target in interval.edges.tolist():
        out[source].add(target)
    found = set()
    for size in range(1, len(targets) + 1):
        for chosen in combinations(targets, size):
            pairs = combinations([interval.nodes[a] for a in chosen], 2)
            if not any(bruhat_leq(a, b) or bruhat_leq(b, a) for a, b in pairs):
                (theta,) = embeddings(chosen, out)
                found.add(theta[frozenset(chosen)])
    return found


def check(interval: BruhatInterval) -> None:
    found = {one.kind: one for one in standard_decompositions(interval)}
    for kind in KINDS:
        read = letters(interval, kind)
        shared = np.array([letter == read[0] for letter in read])
        assert (kind in found) == (not shared.all())
        if kind in found:
            one = found[kind]
            assert np.array_equal(one.ideal, shared)
            ideal = BruhatInterval(interval.x, interval.nodes[one.z])
            assert ideal.nodes == tuple(interval.nodes[v] for v in np.flatnonzero(one.ideal))
            upwards = interval.graph.targets[interval.graph.sources == 0]
            assert one.targets == tuple(v for v in upwards.tolist() if not shared[v])
            by_search = hypercube_by_search(interval, one.targets)
            assert set(np.flatnonzero(one.hypercube).tolist()) == by_search
            assert not (one.hypercube & one.ideal).any()


@pytest.mark.parametrize(("x", "w", "z", "size", "targets", "z_last"), WORKED_EXAMPLES)
def test_worked_examples(x, w, z, size, targets, z_last):
    interval = BruhatInterval(x, w)
    names = words(interval)
    found = {one.kind: one for one in standard_decompositions(interval)}
    first = found["first"]
    assert (names[first.z], int(first.ideal.sum())) == (z, size)
    assert [names[v] for v in first.targets] == targets
    assert names[found["last"].z] == z_last


@pytest.mark.parametrize(("n", "number"), [(3, 20), (4, 360)])
def test_number_of_distinct_decompositions(n, number):
    assert count_distinct(n) == number


@pytest.mark.slow
def test_number_of_distinct_decompositions_of_s5():
    assert count_distinct(5) == 8026


def test_pieces_of_s4_are_those_of_a_search():
    for interval in all_pairs(4):
        check(interval)


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 6), st.integers(0, 2**32))
def test_random_pieces_are_those_of_a_search(n, seed):
    check(random_interval(n, seed))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_the_kinds_are_images_of_each_other(seed):
    """Inversion exchanges first and pos1, last and posn; conjugation by w0 first and last."""
    interval = random_interval(7, seed)
    if interval.num_nodes > 1500:
        return
    for move, order in ((inverse, (2, 3, 0, 1)), (conjugate_by_w0, (1, 0, 3, 2))):
        image = BruhatInterval(move(interval.x), move(interval.w))
        place = {node: k for k, node in enumerate(image.nodes)}
        moved = [place[move(node)] for node in interval.nodes]
        mine = standard_pieces(labelled([interval]), ["".join(map(str, interval.x))]).codes
        theirs = standard_pieces(labelled([image]), ["".join(map(str, image.x))]).codes
        assert np.array_equal(mine[list(order)], theirs[:, moved])


def test_pieces_of_a_dataset(dataset):
    graphs = read_labelled(dataset)
    bottoms = dataset.read([schema.X])[schema.X].to_pylist()
    pieces = standard_pieces(graphs, bottoms)
    assert pieces.applies.any()
    assert not pieces.applies.all()
    for row in range(graphs.num_graphs):
        found = {one.kind: one for one in standard_decompositions(dataset.interval(row))}
        for k, kind in enumerate(KINDS):
            codes = pieces.codes[k, graphs.nodes_of(row)]
            assert bool(pieces.applies[k, row]) == (kind in found)
            if kind in found:
                assert np.array_equal(codes == PIECES.index("ideal"), found[kind].ideal)
                assert np.array_equal(codes == PIECES.index("hypercube"), found[kind].hypercube)
            else:
                assert (codes == -1).all()


def test_the_order_of_the_edges_does_not_matter():
    interval = BruhatInterval("12345", "52341")
    order = np.random.default_rng(0).permutation(interval.num_edges)
    graph, labels = interval.graph, interval.reflections[order]
    shuffled = LabelledGraphs.from_graphs(
        [(5, graph.ranks, graph.sources[order], graph.targets[order], labels[:, 0], labels[:, 1])]
    )
    expected = standard_pieces(labelled([interval]), ["12345"]).codes
    assert np.array_equal(standard_pieces(shuffled, ["12345"]).codes, expected)


def test_a_single_element_has_no_decomposition():
    assert standard_decompositions(BruhatInterval("2143", "2143")) == ()


def test_bottoms_that_do_not_fit_are_refused():
    graphs = labelled([BruhatInterval("1324", "3412"), BruhatInterval("1234", "2143")])
    with pytest.raises(UsageError, match="1 bottoms for 2 graphs"):
        standard_pieces(graphs, ["1324"])
    with pytest.raises(UsageError, match="bottom of row 1 is not '2143'"):
        standard_pieces(graphs, ["1324", "2143"])
    with pytest.raises(PermutationError, match="'1224'"):
        standard_pieces(graphs, ["1224", "1234"])


def test_a_graph_that_is_none_of_an_interval_is_refused():
    fork = LabelledGraphs.from_graphs(
        [(3, [0, 1, 1, 2], [0, 0, 1], [1, 2, 3], [1, 1, 2], [2, 3, 3])]
    )
    with pytest.raises(GraphError, match="Row 0, with the bottom '123', has no decomposition"):
        standard_pieces(fork, ["123"])

import networkx as nx
import numpy as np
import pytest

from analysis.search.cross_entropy import CrossEntropy, Settings
from analysis.search.graph_games import EdgeGame, TreeGame, excess, is_counterexample
from data_gen.errors import UsageError


def matrices(graphs: list[nx.Graph]) -> np.ndarray:
    return np.stack([nx.to_numpy_array(graph).astype(np.uint8) for graph in graphs])


def by_networkx(graph: nx.Graph) -> float:
    """sqrt(n - 1) + 1 - lambda - mu."""
    values = np.linalg.eigvalsh(nx.to_numpy_array(graph))
    matching = nx.max_weight_matching(graph, maxcardinality=True)
    return float(np.sqrt(len(graph) - 1) + 1 - values[-1] - len(matching))


def two_stars(leaves: int) -> nx.Graph:
    """Two stars whose centres have a neighbour in common: a tree on 2 leaves + 3 vertices."""
    graph = nx.star_graph(leaves)
    graph.add_edges_from((leaves + 1, leaves + 2 + k) for k in range(leaves))
    graph.add_edges_from([(0, 2 * leaves + 2), (leaves + 1, 2 * leaves + 2)])
    return graph


@pytest.mark.parametrize("density", [0.15, 0.3, 0.7])
def test_scores_against_networkx(density: float) -> None:
    graphs = [nx.gnp_random_graph(19, density, seed=k) for k in range(40)]
    graphs += [nx.path_graph(19), nx.cycle_graph(19), nx.complete_graph(19), nx.star_graph(18)]
    found = excess(matrices(graphs))
    for graph, value in zip(graphs, found.tolist(), strict=True):
        expected = by_networkx(graph) if nx.is_connected(graph) else -100
        assert value == pytest.approx(expected, abs=1e-6)
    assert (found > -100).any()


def test_words_are_the_graphs_and_the_trees() -> None:
    random = np.random.default_rng(0)
    words = random.integers(0, 2, (50, 171)).astype(np.int8)
    graphs = EdgeGame(19).graphs(words)
    assert (graphs == graphs.transpose(0, 2, 1)).all()
    assert (graphs.sum(axis=(1, 2)) == 2 * words.sum(axis=1)).all()
    assert len(np.unique(graphs, axis=0)) == 50

    game = TreeGame(5)
    prefixes = np.empty((1, 0), np.int8)
    for _ in range(game.steps):
        rows, letters = np.nonzero(game.mask(prefixes))
        prefixes = np.concatenate([prefixes[rows], letters[:, None].astype(np.int8)], axis=1)
    trees = [nx.from_numpy_array(graph) for graph in game.graphs(prefixes)]
    assert len(trees) == 24
    assert all(nx.is_tree(tree) for tree in trees)
    every = list(nx.nonisomorphic_trees(5))
    assert all(any(nx.is_isomorphic(one, tree) for tree in trees) for one in every)


def test_the_engine_refutes_the_conjecture_among_trees() -> None:
    game = TreeGame(19)
    engine = CrossEntropy(game, Settings(episodes=500), seed=0)
    for number in range(60):
        batch = engine.round(number)
        if batch.scores.max() > 1e-6:
            break
    tree = nx.from_numpy_array(game.graphs(batch.words[[batch.scores.argmax()]])[0])
    proof = is_counterexample(tree)
    assert proof is not None
    assert by_networkx(tree) > 1e-6


def test_the_proof_can_be_checked() -> None:
    graph = two_stars(8)
    proof = is_counterexample(graph)
    assert proof is not None
    assert len(proof["matching"]) == 2
    assert len({v for edge in proof["matching"] for v in edge}) == 4
    rest = graph.copy()
    rest.remove_nodes_from(proof["barrier"])
    odd = sum(len(part) % 2 for part in nx.connected_components(rest))
    assert 19 + len(proof["barrier"]) - odd == 2 * 2  # Berge: no matching is larger
    above, below = (int(part) for part in proof["bound"].split("/"))
    assert (above + below) ** 2 <= 18 * below**2  # bound + 2 <= sqrt(18) + 1
    assert np.polyval(proof["polynomial"], above / below) > 0
    assert max(np.roots(proof["polynomial"]).real) < above / below


@pytest.mark.parametrize("graph", [nx.star_graph(18), nx.path_graph(19), two_stars(4)])
def test_what_is_no_counterexample(graph: nx.Graph) -> None:
    assert is_counterexample(graph) is None


def test_stars_are_equality() -> None:
    assert abs(excess(matrices([nx.star_graph(18)]))[0]) < 1e-9


def test_disconnected_graphs_are_refused() -> None:
    with pytest.raises(UsageError, match="not connected"):
        is_counterexample(nx.empty_graph(4))

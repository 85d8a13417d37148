"""Graphs that somebody else wrote: every format, and what a file may hold instead."""

import gzip
import random

import networkx as nx
import pytest

from data_gen.errors import GraphError
from data_gen.graph_files import FORMATS, is_graph_file, read_graph_file
from data_gen.intervals import BruhatInterval
from data_gen.isomorphism import certificate

X, W = "12345", "45312"
INTERVAL = BruhatInterval(X, W)
WRITERS = {
    ".graphml": nx.write_graphml,
    ".xml": nx.write_graphml,
    ".gexf": nx.write_gexf,
    ".edgelist": nx.write_edgelist,
    ".edges": nx.write_edgelist,
    ".txt": nx.write_edgelist,
    ".tsv": lambda graph, path: nx.write_edgelist(graph, path, delimiter="\t"),
    ".csv": lambda graph, path: nx.write_edgelist(graph, path, delimiter=",", data=False),
}


def plain(names=None) -> nx.DiGraph:
    """The graph of the interval, its vertices renamed and in another order, nothing else."""
    graph = nx.DiGraph()
    nodes = list(range(INTERVAL.num_nodes))
    random.Random(1).shuffle(nodes)
    called = names or [f"v{k}" for k in nodes]
    graph.add_nodes_from(called[v] for v in nodes)
    graph.add_edges_from((called[a], called[b]) for a, b in INTERVAL.edges.tolist())
    return graph


def refused(path, match):
    with pytest.raises(GraphError, match=match) as caught:
        read_graph_file(path)
    assert path.name in str(caught.value)


@pytest.mark.parametrize("suffix", list(FORMATS))
@pytest.mark.parametrize("packed", [False, True])
def test_every_format(tmp_path, suffix, packed):
    path = tmp_path / f"graph{suffix}"
    WRITERS[suffix](plain(), path)
    if packed:
        path = tmp_path / f"graph{suffix}.gz"
        path.write_bytes(gzip.compress((tmp_path / f"graph{suffix}").read_bytes()))
    assert is_graph_file(str(path))
    found = read_graph_file(path)
    assert certificate(found.graph) == certificate(INTERVAL.graph)
    assert not found.remarks
    assert found.interval() is None
    assert {found.bottom, found.top} < set(plain())


@pytest.mark.parametrize("suffix", list(FORMATS))
def test_what_klgnn_itself_writes(tmp_path, suffix):
    """Names are permutations, so the interval is recognised."""
    path = tmp_path / f"graph{suffix}"
    graph = nx.DiGraph(INTERVAL.to_networkx().edges)  # GraphML has no tuples for the reflections
    WRITERS[suffix](graph, path)
    found = read_graph_file(path)
    assert (found.bottom, found.top) == (X, W)
    assert found.interval() == INTERVAL


@pytest.mark.parametrize("suffix", [".edgelist", ".graphml", ".gexf"])
def test_tuples_as_names(tmp_path, suffix):
    path = tmp_path / f"graph{suffix}"
    WRITERS[suffix](nx.DiGraph(INTERVAL.to_networkx("tuple").edges), path)
    found = read_graph_file(path)
    assert found.bottom == "(1, 2, 3, 4, 5)"
    assert found.interval() == INTERVAL


def test_names_that_claim_another_interval_are_not_believed(tmp_path):
    names = INTERVAL.node_labels()
    names[1], names[-2] = names[-2], names[1]
    path = tmp_path / "graph.txt"
    nx.write_edgelist(plain(names), path)
    # Ranks by the names are mixed up and decide nothing; the graph is still the right one.
    found = read_graph_file(path)
    assert found.interval() is None
    assert certificate(found.graph) == certificate(INTERVAL.graph)


def test_reversed_edges_are_read_as_asked(tmp_path):
    path = tmp_path / "down.txt"
    nx.write_edgelist(plain().reverse(), path)
    assert certificate(read_graph_file(path, downwards=True).graph) == certificate(INTERVAL.graph)
    # Nothing in the file says which way is up: as it stands it is the dual interval.
    dual = certificate(INTERVAL.graph.reversed())
    assert certificate(read_graph_file(path).graph) == dual != certificate(INTERVAL.graph)


@pytest.mark.parametrize("evidence", ["rank", "length", "names"])
def test_edges_that_go_down_by_what_the_file_says_are_turned(tmp_path, evidence):
    names = INTERVAL.node_labels() if evidence == "names" else None
    graph = plain(names).reverse()
    if evidence != "names":
        nx.set_node_attributes(graph, _ranks(graph.reverse()), evidence)
    path = tmp_path / "down.graphml"
    nx.write_graphml(graph, path)
    found = read_graph_file(path)
    assert certificate(found.graph) == certificate(INTERVAL.graph)
    assert len(found.remarks) == 1
    assert "turned round" in found.remarks[0]
    assert read_graph_file(path, downwards=True).graph == found.graph


def _ranks(graph: nx.DiGraph) -> dict:
    ranks: dict = {}
    for node in nx.topological_sort(graph):
        ranks[node] = max((ranks[below] + 1 for below in graph.predecessors(node)), default=0)
    return ranks


def test_downwards_against_the_evidence(tmp_path):
    path = tmp_path / "up.txt"
    nx.write_edgelist(nx.DiGraph(INTERVAL.to_networkx().edges), path)
    with pytest.raises(GraphError, match="go up already, by their names"):
        read_graph_file(path, downwards=True)


def test_attributes_weights_and_comments_do_not_matter(tmp_path):
    lines = ["# made by hand", "", *(f"v{a} v{b} 3.5" for a, b in INTERVAL.edges.tolist())]
    path = tmp_path / "weighted.edges"
    path.write_text("\n".join(lines))
    assert certificate(read_graph_file(path).graph) == certificate(INTERVAL.graph)


def test_a_header_and_windows_line_ends(tmp_path):
    rows = ["Source,Target,Type", *(f"{a},{b},Directed" for a, b in INTERVAL.edges.tolist())]
    path = tmp_path / "gephi.csv"
    path.write_bytes(("\ufeff" + "\r\n".join(rows)).encode())
    assert certificate(read_graph_file(path).graph) == certificate(INTERVAL.graph)


def test_labels_become_names(tmp_path):
    graph = nx.relabel_nodes(plain(), {name: f"id-{name}" for name in plain()})
    nx.set_node_attributes(graph, {name: name.removeprefix("id-") for name in graph}, "label")
    path = tmp_path / "labelled.graphml"
    nx.write_graphml(graph, path)
    assert set(read_graph_file(path).names) == set(plain())


def test_repeated_edges_count_once(tmp_path):
    graph = nx.MultiDiGraph(plain())
    graph.add_edge(*next(iter(graph.edges())))
    path = tmp_path / "multi.graphml"
    nx.write_graphml(graph, path)
    found = read_graph_file(path)
    assert found.graph.num_edges == INTERVAL.num_edges
    assert found.remarks == ("Each edge counts once; 1 of the file's were repetitions.",)


def test_undirected(tmp_path):
    for suffix in (".graphml", ".gexf"):
        path = tmp_path / f"undirected{suffix}"
        WRITERS[suffix](plain().to_undirected(), path)
        refused(path, "undirected.*directed")
    path = tmp_path / "both.txt"
    nx.write_edgelist(plain().to_undirected().to_directed(), path)
    refused(path, "as if the graph were undirected")


def test_hasse_diagram_only(tmp_path):
    edges = INTERVAL.edges[INTERVAL.covers].tolist()
    path = tmp_path / "hasse.txt"
    path.write_text("\n".join(f"{a} {b}" for a, b in edges))
    refused(path, "looks like a Hasse diagram")


def test_cycles_and_loops_are_named(tmp_path):
    path = tmp_path / "cycle.txt"
    path.write_text("a b\nb c\nc d\nd b\n")
    refused(path, "cycle, 'b' -> 'c' -> 'd' -> 'b'")
    path.write_text("a b\nb b\n")
    refused(path, "from 'b' to itself")


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("empty.txt", "", "no vertex"),
        ("one.txt", "a b\nc\n", "line 2 has one name only: 'c'"),
        ("broken.graphml", "<graphml><graph>", "cannot be read as GraphML"),
        ("other.graphml", "not xml at all", "cannot be read as GraphML"),
        ("broken.gexf", "<gexf/>", "cannot be read as GEXF"),
        ("broken.txt.gz", "not packed", "cannot be read"),
        ("binary.txt", "\x00\xff", "cannot be read|no vertex|one name"),
        ("graph.dot", "digraph {}", "end of the file's name"),
    ],
)
def test_files_that_hold_no_graph(tmp_path, name, content, match):
    path = tmp_path / name
    path.write_bytes(content.encode("latin-1"))
    refused(path, match)


def test_no_such_file(tmp_path):
    refused(tmp_path / "gone.graphml", "No such file")
    with pytest.raises(GraphError, match="cannot be read"):
        read_graph_file(tmp_path / "gone.txt")


def test_the_order_of_the_file_changes_nothing_but_the_order(tmp_path):
    lines = [f"v{a} v{b}" for a, b in INTERVAL.edges.tolist()]
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("\n".join(lines))
    other.write_text("\n".join(reversed(lines)))
    assert certificate(read_graph_file(one).graph) == certificate(read_graph_file(other).graph)
    assert read_graph_file(one).graph == read_graph_file(one).graph

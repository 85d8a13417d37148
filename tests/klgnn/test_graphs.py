"""The dataset as torch_geometric graphs."""

import numpy as np
import pytest
import torch

from data_gen.errors import DatasetError
from data_gen.generation import generate
from klgnn.features import node_features
from klgnn.graphs import GRAPH_COLUMNS, IntervalGraphs, PackedGraphs


def test_items_are_the_rows(s5):
    graphs = IntervalGraphs(s5)
    table = s5.read()
    assert len(graphs) == s5.num_rows == 91
    for position in (0, 17, 90):
        data, row = graphs[position], table.slice(position, 1).to_pylist()[0]
        assert data.edge_index.tolist() == [row["edge_sources"], row["edge_targets"]]
        assert data.rank.tolist() == row["node_ranks"]
        coefficients = [1, *data.y[0].tolist()]
        assert coefficients == row["kl"] + [0] * (5 - len(row["kl"]))
        assert data.row.tolist() == [position]
        expected = node_features(row["node_ranks"], row["edge_sources"], row["edge_targets"])
        assert np.array_equal(data.x.numpy(), expected)


def test_types_and_shapes(s5):
    data = IntervalGraphs(s5, "train", features="degrees")[3]
    assert data.x.dtype == torch.float32
    assert data.x.shape == (data.num_nodes, 2)
    assert data.edge_index.dtype == torch.int64
    assert data.y.shape == (1, 4)
    assert data.validate()


def test_splits_partition_the_rows(s5):
    parts = [IntervalGraphs(s5, split).rows for split in ("train", "val", "test")]
    assert torch.cat(parts).sort().values.tolist() == list(range(91))


def test_chosen_rows_and_a_path(s5):
    graphs = IntervalGraphs(str(s5.path), rows=[5, 2])
    assert [int(data.row) for data in graphs] == [5, 2]


def test_a_batch_holds_its_graphs(s5):
    graphs = IntervalGraphs(s5)
    batch = graphs.batch([3, 60, 0])
    assert batch.num_graphs == 3
    assert batch.y.shape == (3, 4)
    assert batch.row.tolist() == [3, 60, 0]
    assert batch.x.shape[0] == sum(graphs.node_counts[[3, 60, 0]])
    assert torch.equal(batch[1].edge_index, graphs[60].edge_index)


def test_a_loader_has_a_length_and_sees_everything_once(s5):
    loader = IntervalGraphs(s5).loader(300, shuffle=True)
    batches = list(loader)
    assert len(batches) == len(loader) > 3
    assert torch.cat([batch.row for batch in batches]).sort().values.tolist() == list(range(91))


@pytest.mark.parametrize("piece", [1, 7, 10**9])
@pytest.mark.parametrize("features", ["default", "upper"])
def test_graphs_are_packed_in_pieces_of_any_size(s5, monkeypatch, piece, features):
    (table,) = s5.tables(GRAPH_COLUMNS, "val")
    whole = PackedGraphs.of(table, features)
    monkeypatch.setattr("klgnn.graphs._PIECE", piece)
    pieces = PackedGraphs.of(table, features)
    for one, other in ((whole.x, pieces.x), (whole.edges, pieces.edges)):
        assert torch.equal(one, other)
    assert np.array_equal(whole.node_offsets, pieces.node_offsets)


def test_empty_split(tmp_path):
    tiny = generate([2], tmp_path / "s2", select="classes")
    with pytest.raises(DatasetError, match="too small"):
        [IntervalGraphs(tiny, split) for split in ("train", "val", "test")]


def test_unknown_features(s5):
    with pytest.raises(ValueError, match="'colours'"):
        IntervalGraphs(s5, features="colours")

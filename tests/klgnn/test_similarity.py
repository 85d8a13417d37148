"""The index and the search in it, against brute force."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from data_gen.errors import UsageError
from data_gen.generation import generate
from klgnn import similarity
from klgnn.models.top_down import TopDown
from klgnn.prediction import ask
from klgnn.runs import RunFiles
from klgnn.similarity import find_index, open_index
from klgnn.subject import Subject
from klgnn.training import train


def embedding_of(run, x, w):
    return ask(run.network(), Subject.of_interval(x, w), run.config.features).embedding


def brute_force(index, embedding, k):
    table = pq.read_table(index.path)
    states = np.stack(table["embedding"].to_numpy(zero_copy_only=False))
    distances = np.linalg.norm(states - embedding, axis=1)
    best = {}
    for row in np.argsort(distances, kind="stable").tolist():
        best.setdefault(table["iso_class"][row].as_py(), row)
    return list(best.values())[:k], distances


@pytest.mark.parametrize("rows", [7, 1 << 15])
def test_search_is_exact(own_run, s5_all, monkeypatch, rows):
    """All intervals of S_5: many rows a class. Pieces of 7 rows end anywhere."""
    monkeypatch.setattr(similarity, "_ROWS_AT_A_TIME", rows)
    index = open_index(own_run, s5_all)
    assert index.rows == s5_all.num_rows
    embedding = embedding_of(own_run, "123456", "456123")
    found = index.search(embedding, k=8)
    expected, distances = brute_force(index, embedding, 8)
    assert [near.distance for near in found] == pytest.approx(distances[expected], rel=1e-4)
    assert len({near.iso_class for near in found}) == 8
    for near in found:
        interval = s5_all.interval(near.row)
        assert "".join(map(str, interval.x)) == near.x
        assert near.num_nodes == interval.num_nodes


def test_more_neighbours_than_classes(own_run, s5):
    found = open_index(own_run).search(embedding_of(own_run, "12345", "54321"), k=1000)
    assert len(found) == s5.num_rows
    assert [near.distance for near in found] == sorted(near.distance for near in found)


def test_an_interval_is_nearest_to_itself_and_can_be_left_out(own_run, s5):
    index, interval = open_index(own_run), s5.interval(17)
    embedding = embedding_of(own_run, interval.x, interval.w)
    itself = index.search(embedding, k=1)[0]
    assert itself.row == 17
    assert itself.distance == pytest.approx(0, abs=1e-4)
    assert index.find(itself.iso_class).row == 17
    others = index.search(embedding, k=3, without=itself.iso_class)
    assert 17 not in [near.row for near in others]
    assert index.find("0" * 32) is None


def check_embeddings(run, dataset):
    states = pq.read_table(open_index(run).path)["embedding"].to_pylist()
    for row in (0, 40, 90):
        interval = dataset.interval(row)
        assert np.allclose(states[row], embedding_of(run, interval.x, interval.w), atol=1e-4)


def test_embeddings_are_those_of_single_questions(own_run, s5):
    check_embeddings(own_run, s5)


def test_a_top_down_network_is_asked_about_the_quotient(s5, tmp_path):
    run = train(s5, tmp_path / "run", preset="top-down", epochs=2, progress=False)
    assert isinstance(run.network(), TopDown)
    check_embeddings(run, s5)


def test_kept_and_made_again_when_stale(own_run, s5, tmp_path):
    assert find_index(own_run) is None
    path = open_index(own_run).path
    assert path.parent == own_run.path / RunFiles.INDEX
    before = path.stat().st_mtime_ns
    assert open_index(own_run).path.stat().st_mtime_ns == before
    content = path.read_bytes()
    path.unlink()
    assert open_index(own_run).path.read_bytes() == content

    weights = own_run.path / RunFiles.WEIGHTS
    changed = bytearray(weights.read_bytes())
    changed[-1] ^= 1
    weights.write_bytes(changed)
    assert find_index(own_run) is None
    assert open_index(own_run).path.read_bytes() != content

    path.write_bytes(b"no Parquet")
    assert open_index(own_run).rows == s5.num_rows

    other = generate([4], tmp_path / "s4", select="all")
    assert find_index(own_run, other) is None
    assert open_index(own_run, other).rows == 213
    assert len(list(path.parent.glob("*.parquet"))) == 2


def test_a_stopped_build_leaves_nothing_half_done(own_run, monkeypatch):
    def stops(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(similarity.os, "replace", stops)
    with pytest.raises(KeyboardInterrupt):
        open_index(own_run)
    assert not list((own_run.path / RunFiles.INDEX).glob("*.parquet*"))


def test_the_package_is_not_written_into(own_run, s5, tmp_path, monkeypatch):
    monkeypatch.setattr(similarity, "DEFAULT_MODEL", own_run.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert open_index(own_run).path.is_relative_to(tmp_path / "cache" / "klgnn")
    assert not (own_run.path / RunFiles.INDEX).exists()


def test_bad_questions(own_run):
    index = open_index(own_run)
    with pytest.raises(UsageError, match="--k 0"):
        index.search(np.zeros(index.width), k=0)
    with pytest.raises(UsageError, match="shape"):
        index.search(np.zeros(3))


def test_marks_are_readable(own_run):
    marks = json.loads(pq.read_metadata(open_index(own_run).path).metadata[b"klgnn-index"])
    assert marks["dataset"] == own_run.config.dataset_fingerprint

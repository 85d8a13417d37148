"""Datasets that a shipped model makes again."""

import shutil
from dataclasses import replace

import pytest

from data_gen.errors import RunError
from data_gen.generation import generate
from data_gen.manifest import Source
from klgnn.cached_datasets import cache_folder, cached_dataset
from klgnn.runs import Run, RunFiles


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "klgnn"


def test_where_it_is(cache, monkeypatch, tmp_path):
    assert cache_folder() == cache
    monkeypatch.setenv("HOME", str(tmp_path))
    for ignored in ("", "not/absolute"):
        monkeypatch.setenv("XDG_CACHE_HOME", ignored)
        assert cache_folder() == tmp_path / ".cache" / "klgnn"


def test_made_once_with_the_same_bytes(cache, s5, capsys):
    made = cached_dataset(s5.manifest)
    assert made.path.is_relative_to(cache)
    assert made.fingerprint == s5.fingerprint
    said = capsys.readouterr()
    assert said.out == ""
    assert str(made.path) in said.err
    assert cached_dataset(s5.manifest).path == made.path
    assert capsys.readouterr().err == ""


def test_packed_otherwise_is_the_same_data(cache, s5):
    shards = tuple(replace(shard, bytes=1, sha256="0" * 64) for shard in s5.manifest.shards)
    before = replace(s5.manifest, shards=shards, versions={"pyarrow": "17.0.0"})
    assert cached_dataset(before, progress=False).num_rows == s5.num_rows


def test_other_data_are_refused(cache, s5):
    counts = {**s5.manifest.counts, "classes": 7}
    with pytest.raises(RunError, match="another dataset"):
        cached_dataset(replace(s5.manifest, counts=counts), progress=False)


def test_somebody_elses_file(cache, s5):
    parameters = replace(s5.manifest.parameters, source=Source("pairs.txt", "0" * 64))
    with pytest.raises(RunError, match=r"pairs\.txt"):
        cached_dataset(replace(s5.manifest, parameters=parameters), progress=False)


def shipped(run, folder):
    """The run as `make default-model` puts it into the package."""
    folder.mkdir()
    for name in (RunFiles.WEIGHTS, RunFiles.METRICS, RunFiles.DATASET, RunFiles.SPLIT_IDS):
        shutil.copy(run.path / name, folder)
    text = (run.path / RunFiles.CONFIG).read_text(encoding="utf-8")
    lines = ['path = ""' if line.startswith("path = ") else line for line in text.splitlines()]
    (folder / RunFiles.CONFIG).write_text("\n".join(lines), encoding="utf-8")
    return Run.open(folder)


def test_a_run_without_a_dataset_makes_it_again(cache, short_run, s5, tmp_path):
    run = shipped(short_run, tmp_path / "shipped")
    assert run.dataset().path.is_relative_to(cache)
    assert run.dataset().fingerprint == s5.fingerprint
    assert run.graphs("test")[0].num_nodes > 0


def test_a_copy_at_hand_is_used(cache, short_run, s5, tmp_path):
    run = shipped(short_run, tmp_path / "shipped").with_dataset(s5.path)
    assert run.dataset().path == s5.path
    assert not cache.exists()
    other = generate([4], tmp_path / "s4")
    with pytest.raises(RunError, match="fingerprint"):
        run.with_dataset(other.path).dataset()


def test_a_damaged_manifest(short_run, tmp_path):
    run = shipped(short_run, tmp_path / "shipped")
    (run.path / RunFiles.DATASET).write_text("{}")
    with pytest.raises(RunError, match=RunFiles.DATASET):
        run.dataset()

"""Attributions that are kept: the same bits, computed once, never stale, never damaged."""

import errno
import os
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from analysis.attribution import attribute, kept
from analysis.attribution.kept import Place, attribute_once
from analysis.report import networks as report_networks
from analysis.report.networks import read_networks
from analysis.report.settings import Settings
from data_gen.errors import RunError
from data_gen.progress import no_progress
from data_gen.storage import lock
from klgnn.graphs import IntervalGraphs
from klgnn.runs import RunFiles
from klgnn.training import _refuse_foreign
from tests.small_run import make_run

BUDGET = 200


@pytest.fixture(scope="module")
def graphs(dataset, run):
    return IntervalGraphs(dataset, features=run.config.features, rows=range(10, 34))


@pytest.fixture(scope="module")
def some_networks(run):
    """That of the run, and two that lie in no folder."""
    torch.manual_seed(5)
    return [run.network(), *(run.untrained_network().eval() for _ in range(2))]


@pytest.fixture
def place(tmp_path, dataset):
    return Place(tmp_path / "attributions", "weights", dataset.fingerprint)


def attributed(place, networks, graphs, coefficient=1, **more):
    return attribute_once(place, networks, graphs, coefficient, budget=BUDGET, **more)


def files(place):
    return sorted(place.folder.glob("*.safetensors"))


def assert_same(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        for field in fields(one):
            a, b = getattr(one, field.name), getattr(other, field.name)
            assert (a is None) == (b is None), field.name
            if a is not None:
                assert a.dtype == b.dtype, field.name
                assert np.array_equal(a, b), field.name


def counted(monkeypatch, after=None):
    """Counts the networks that are attributed; the one after so many is interrupted on its way."""
    calls, real = [], kept.attribute

    def counting(networks, batches, **more):
        calls.append(networks)
        if after is not None and len(calls) > after:
            raise KeyboardInterrupt
        return real(networks, batches, **more)

    monkeypatch.setattr(kept, "attribute", counting)
    return calls


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"method": "integrated-gradients", "steps": 3, "part": "edges"},
        {"method": "occlusion", "target": "loss"},
        {"target": "margin", "values": (1, 0)},
    ],
)
def test_kept_is_what_is_computed_to_the_bit(place, some_networks, graphs, how, monkeypatch):
    """One pass for all of them, a pass for each, and read from the disk."""
    expected = attribute(some_networks, graphs.loader(BUDGET), 1, **how)
    assert_same(attributed(place, some_networks, graphs, **how), expected)
    assert len(files(place)) == 3
    calls = counted(monkeypatch)
    assert_same(attributed(place, some_networks, graphs, **how), expected)
    assert calls == []


def test_only_what_is_missing_is_attributed(place, some_networks, graphs, monkeypatch):
    attributed(place, some_networks[1:], graphs)
    calls = counted(monkeypatch)
    found = attributed(place, [*some_networks, some_networks[0]], graphs)
    assert calls == [[some_networks[0]]]
    assert_same(found[3:], found[:1])
    assert len(files(place)) == 3


def test_ctrl_c_loses_only_the_network_in_progress(place, some_networks, graphs, monkeypatch):
    with monkeypatch.context() as patch:
        counted(patch, after=2)
        with pytest.raises(KeyboardInterrupt):
            attributed(place, some_networks, graphs)
    assert len(files(place)) == 2
    calls = counted(monkeypatch)
    found = attributed(place, some_networks, graphs)
    assert calls == [some_networks[2:]]
    assert_same(found, attribute(some_networks, graphs.loader(BUDGET), 1))


def test_progress_counts_over_all_networks(place, some_networks, graphs):
    told, again = [], []
    attributed(place, some_networks, graphs, progress=lambda *done: told.append(done))
    total = 3 * len(graphs)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)
    assert len(told) > 6
    path = files(place)[0]
    path.unlink()
    attributed(place, some_networks, graphs, progress=lambda *done: again.append(done))
    assert again[1] == (2 * len(graphs), total)
    assert again[-1] == (total, total)


def test_every_byte_of_a_file_is_guarded(place, some_networks, graphs):
    """A damaged file is none, or (where the question is written down for people) says the same."""
    (expected,) = attributed(place, some_networks[:1], graphs)
    (path,) = files(place)
    whole = path.read_bytes()
    header = 8 + int.from_bytes(whole[:8], "little")
    rng = np.random.default_rng(0)
    places = [*range(header), *rng.integers(header, len(whole), 300).tolist(), len(whole) - 1]
    believed = 0
    for at in places:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << int(rng.integers(8))
        path.write_bytes(damaged)
        found = kept._read(path)
        assert found is None or at < header
        if found is not None:
            assert_same([found], [expected])
            believed += 1
    assert 0 < believed < header / 2


@pytest.mark.parametrize("left", [0, 5, 200, -1])
def test_a_truncated_file_is_computed_again(place, some_networks, graphs, monkeypatch, left):
    (expected,) = attributed(place, some_networks[:1], graphs)
    (path,) = files(place)
    whole = path.read_bytes()
    path.write_bytes(whole[:left])
    calls = counted(monkeypatch)
    assert_same(attributed(place, some_networks[:1], graphs), [expected])
    assert len(calls) == 1
    assert path.read_bytes() == whole


def test_a_file_under_another_name_is_not_believed(place, some_networks, graphs):
    expected = attributed(place, some_networks[:2], graphs)
    one, other = files(place)
    one.write_bytes(other.read_bytes())
    assert_same(attributed(place, some_networks[:2], graphs), expected)


def test_whatever_decides_the_numbers_is_in_the_name(
    place, some_networks, graphs, dataset, run, tmp_path, monkeypatch
):
    def name(place=place, network=some_networks[0], graphs=graphs, coefficient=1, **how):
        before = set(files(place))
        attribute_once(place, [network], graphs, coefficient, **{"budget": BUDGET, **how})
        (new,) = set(files(place)) - before
        return new.name

    changed = run.network()
    with torch.no_grad():
        next(changed.parameters()).view(-1)[0] += 1e-3
    deeper = make_run(tmp_path / "other", dataset, "bidirectional", run.config.features).network()
    fewer = IntervalGraphs(dataset, features=run.config.features, rows=range(10, 33))
    names = [
        name(),
        name(network=changed),
        name(network=deeper),
        name(graphs=fewer),
        name(coefficient=2),
        name(method="input-x-gradient"),
        name(method="integrated-gradients", steps=2),
        name(method="integrated-gradients", steps=3),
        name(target="loss"),
        name(target="margin"),
        name(target="margin", values=(1, 0)),
        name(part="edges"),
        name(budget=BUDGET + 1),
    ]
    assert len(set(names)) == len(names)
    assert len({one.split("-")[0] for one in names}) == 1


@pytest.mark.parametrize("what", ["weights", "dataset", "sources", "versions"])
def test_what_can_be_of_no_use_any_more_is_deleted(place, some_networks, graphs, monkeypatch, what):
    attributed(place, some_networks[:2], graphs)
    before = files(place)
    half, foreign = place.folder / "half.safetensors.tmp", place.folder / "notes.txt"
    half.touch()
    foreign.touch()
    calls = counted(monkeypatch)
    if what == "sources":
        monkeypatch.setattr(kept, "_SOURCES", "other")
    elif what == "versions":
        monkeypatch.setattr(kept, "_version", lambda package: "0.0")
    else:
        place = replace(place, **{what: "other"})
    attributed(place, some_networks[:1], graphs)
    assert len(calls) == 1
    assert len(files(place)) == 1
    assert not set(files(place)) & set(before)
    assert not half.exists()
    assert foreign.exists()


def test_the_sources_are_those_of_klgnn_and_of_attribution(monkeypatch):
    read, real = set(), Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.add(path) or real(path))
    assert kept._sources() == kept._SOURCES
    names = {"/".join(path.parts[-3:]) for path in read}
    assert {"klgnn/models/base.py", "analysis/attribution/asked.py"} <= names
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: real(path) + b"\n" * ("asked" in str(path))
    )
    assert kept._sources() != kept._SOURCES


def test_a_full_disk_stops_the_keeping_and_not_the_report(
    place, some_networks, graphs, monkeypatch
):
    expected, told = attribute(some_networks, graphs.loader(BUDGET), 1), []
    real, written = os.replace, []

    def replace_once(*paths):
        written.append(paths)
        if len(written) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(*paths)

    monkeypatch.setattr(os, "replace", replace_once)
    assert_same(attributed(place, some_networks, graphs, notify=told.append), expected)
    assert len(told) == 1
    assert "No space left on device" in told[0]
    assert str(place.folder) in told[0]
    assert len(written) == 2
    assert [path.name for path in place.folder.iterdir() if path.suffix == ".tmp"] == []
    assert len(files(place)) == 1


def test_where_no_folder_can_be_made_nothing_is_kept(place, some_networks, graphs):
    place.folder.touch()
    told = []
    found = attributed(place, some_networks[:1], graphs, notify=told.append)
    assert_same(found, attribute(some_networks[:1], graphs.loader(BUDGET), 1))
    assert len(told) == 1
    assert "not kept" in told[0]


def test_a_second_process_reads_and_keeps_nothing(place, some_networks, graphs, monkeypatch):
    attributed(place, some_networks[:1], graphs)
    calls, told = counted(monkeypatch), []
    with lock(place.folder / RunFiles.LOCK):
        found = attributed(place, some_networks[:2], graphs, notify=told.append)
    assert len(found) == 2
    assert calls == [some_networks[1:2]]
    assert len(told) == 1
    assert "another report" in told[0]
    assert len(files(place)) == 1


SETTINGS = Settings(intervals=30, untrained=2, coefficient=1)


@pytest.fixture
def own_run(dataset, tmp_path):
    return make_run(tmp_path / "own", dataset)


def test_a_report_keeps_in_the_run_folder_and_begins_where_another_ended(own_run, monkeypatch):
    first = read_networks(own_run, SETTINGS, no_progress)
    folder = own_run.path / RunFiles.ATTRIBUTIONS
    assert len(list(folder.glob("*.safetensors"))) == 3
    calls = counted(monkeypatch)
    again = read_networks(own_run, replace(SETTINGS, percentile=90.0), no_progress)
    assert calls == []
    assert_same(
        [*again.scores.trained, *again.scores.untrained],
        [*first.scores.trained, *first.scores.untrained],
    )
    read_networks(own_run, replace(SETTINGS, untrained=3), no_progress)
    assert len(calls) == 1
    read_networks(own_run, replace(SETTINGS, coefficient=2), no_progress)
    assert len(calls) == 4


def test_those_of_the_packages_model_lie_where_caches_belong(own_run, tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.retraining.DEFAULT_MODEL", own_run.path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    read_networks(own_run, SETTINGS, no_progress)
    assert not (own_run.path / RunFiles.ATTRIBUTIONS).exists()
    assert len(list((tmp_path / "cache").rglob("attributions/*.safetensors"))) == 3


def test_the_sample_of_the_checks_is_not_kept(own_run, graphs, monkeypatch):
    networks = report_networks.Networks([own_run.network()], [])
    report_networks.score(networks, graphs.loader(BUDGET), SETTINGS)
    assert not (own_run.path / RunFiles.ATTRIBUTIONS).exists()


def test_training_does_not_take_them_for_somebody_elses_files(tmp_path):
    """As after a run was deleted by hand, all but these."""
    (tmp_path / RunFiles.ATTRIBUTIONS).mkdir()
    _refuse_foreign(tmp_path)
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(RunError, match=r"thesis\.tex"):
        _refuse_foreign(tmp_path)

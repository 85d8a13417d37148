"""The verb `report`, as a person calls it."""

import json
import shutil

import pytest

from klgnn.main import main
from klgnn.runs import RunFiles
from tests.small_run import make_dataset, make_run

QUICK = ("--untrained", "2", "--examples", "2", "--percentile", "80")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("report")
    make_run(here / "run", make_dataset(here / "data"))
    return here


def call(*words):
    with pytest.raises(SystemExit) as left:
        main(["report", *map(str, words)])
    return left.value.code


def test_the_path_is_all_that_stdout_gets(folder, tmp_path, capsys):
    out = tmp_path / "page.html"
    assert call(folder / "run", "--out", out, *QUICK) == 0
    said = capsys.readouterr()
    assert said.out == f"{out}\n"
    assert "controls" in said.err or "differs" in said.err or "concluded" in said.err
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_json(folder, tmp_path, capsys):
    out = tmp_path / "page.html"
    assert call(folder / "run", "--out", out, "--json", "--coefficient", "1", *QUICK) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["report"] == str(out)
    assert found["settings"]["coefficient"] == 1
    assert len(found["evidence"]["types"]) == 3


def test_input_x_gradient_of_the_loss(folder, tmp_path):
    out = tmp_path / "page.html"
    words = ("--method", "input-x-gradient", "--target", "loss", "--ends", "drop")
    assert call(folder / "run", "--out", out, *words, *QUICK) == 0
    assert "gradient of the loss" in out.read_text(encoding="utf-8")


def refused(capsys, tmp_path, code, *words):
    assert call(*words) == code
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert not list(tmp_path.glob("*.html"))
    return said.err


def test_out_in_a_folder_that_does_not_exist(folder, tmp_path, capsys):
    out = tmp_path / "nowhere" / "page.html"
    message = refused(capsys, tmp_path, 2, folder / "run", "--out", out)
    assert "nowhere" in message
    assert "does not exist" in message


def test_out_is_a_folder(folder, tmp_path, capsys):
    assert "is a folder" in refused(capsys, tmp_path, 2, folder / "run", "--out", tmp_path)


def test_no_such_run(tmp_path, capsys):
    out = tmp_path / "page.html"
    assert "not a run folder" in refused(capsys, tmp_path, 1, tmp_path / "gone", "--out", out)


def test_run_without_weights(folder, tmp_path, capsys):
    shutil.copytree(folder / "run", tmp_path / "run")
    (tmp_path / "run" / "weights.safetensors").unlink()
    message = refused(capsys, tmp_path, 1, tmp_path / "run", "--out", tmp_path / "page.html")
    assert "weights" in message


def test_dataset_that_moved(folder, tmp_path, capsys):
    shutil.copytree(folder / "run", tmp_path / "run")
    config = tmp_path / "run" / "config.toml"
    moved = config.read_text(encoding="utf-8").replace(str(folder / "data"), str(tmp_path / "x"))
    config.write_text(moved, encoding="utf-8")
    message = refused(capsys, tmp_path, 1, tmp_path / "run", "--out", tmp_path / "page.html")
    assert "dataset" in message


def test_dataset_that_changed(folder, tmp_path, capsys):
    shutil.copytree(folder / "run", tmp_path / "run")
    config = tmp_path / "run" / "config.toml"
    lines = config.read_text(encoding="utf-8").splitlines()
    lines = [f'fingerprint = "{"0" * 64}"' if "fingerprint" in line else line for line in lines]
    config.write_text("\n".join(lines), encoding="utf-8")
    message = refused(capsys, tmp_path, 1, tmp_path / "run", "--out", tmp_path / "page.html")
    assert "fingerprint" in message


def test_a_dataset_in_another_place(folder, tmp_path):
    shutil.copytree(folder / "data", tmp_path / "moved")
    out = tmp_path / "page.html"
    assert call(folder / "run", "--dataset", tmp_path / "moved", "--out", out, *QUICK) == 0


def test_without_a_run_it_is_that_of_the_package(folder, tmp_path, capsys, monkeypatch):
    """Its dataset is made again, once, where caches belong. A small run stands for the real one."""
    shipped = tmp_path / "shipped"
    shutil.copytree(folder / "run", shipped)
    shutil.copy(folder / "data" / "manifest.json", shipped / RunFiles.DATASET)
    config = (shipped / RunFiles.CONFIG).read_text(encoding="utf-8")
    config = config.replace(str((folder / "data").resolve()), "")
    (shipped / RunFiles.CONFIG).write_text(config, encoding="utf-8")
    monkeypatch.setattr("klgnn.runs.DEFAULT_MODEL", shipped)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert call("--out", tmp_path / "page.html", *QUICK) == 0
    assert "Making the dataset of the model, once" in capsys.readouterr().err
    assert "klgnn report default" in (tmp_path / "page.html").read_text(encoding="utf-8")
    assert call("default", "--out", tmp_path / "page.html", *QUICK) == 0
    assert "Making the dataset" not in capsys.readouterr().err


def test_a_coefficient_that_the_network_lacks(folder, tmp_path, capsys):
    words = (folder / "run", "--out", tmp_path / "page.html", "--coefficient", "8")
    assert "none of q^8" in refused(capsys, tmp_path, 2, *words)

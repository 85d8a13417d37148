"""The verb `report`, as a person calls it."""

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import torch

from data_gen.dataset import IntervalDataset
from klgnn.main import main
from klgnn.runs import RunFiles
from tests.small_run import make_dataset, make_run, train_run

QUICK = (
    *("--untrained", "2", "--examples", "2", "--percentile", "80"),
    *("--intervals", "25", "--explored", "5"),
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("report")
    make_run(here / "run", make_dataset(here / "data"))
    return here


@pytest.fixture(autouse=True, scope="module")
def few_draws():
    """Neither their number nor that of threads changes anything that these tests look at."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.report.collect._CHECKED_INTERVALS", 8)
        patch.setattr("analysis.report.occurring._MOTIF_DRAWS", 30)
        patch.setattr("analysis.report.occurring._SUBINTERVAL_DRAWS", 10)
        yield
    torch.set_num_threads(before)


def call(*words):
    with pytest.raises(SystemExit) as left:
        main(["report", *map(str, words)])
    return left.value.code


def test_the_path_is_all_that_stdout_gets(folder, tmp_path, capsys):
    out = tmp_path / "page.html"
    assert call(folder / "run", "--out", out, *QUICK) == 0
    said = capsys.readouterr()
    assert said.out == f"{out}\n"
    verdicts = ("In this one training yes", "No: by the types", "Nothing can be concluded")
    assert any(words in said.err for words in verdicts)
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


def test_several_trainings(folder, tmp_path, capsys):
    """--retrain trains what is missing, as many on shuffled labels, and says what that shows."""
    run = train_run(tmp_path / "run", IntervalDataset.open(folder / "data"))
    words = (run.path, "--out", tmp_path / "page.html", "--retrain", "2", "--json", *QUICK)
    assert call(*words) == 0
    found = json.loads(capsys.readouterr().out)
    assert [line["kind"] for line in found["networks"]] == [
        *("trained", "trained", "untrained", "untrained", "shuffled", "shuffled")
    ]
    trained = sorted(path.name for path in (run.path / RunFiles.RETRAINED).iterdir())
    assert trained == ["seed-1", "shuffled-0", "shuffled-1"]
    assert "--retrain 2 --shuffled 2" in found["provenance"]["command"]


@pytest.mark.parametrize("values", ["2", "a,b", "1,2,3", "1;2", ""])
def test_values_that_are_not_two(folder, tmp_path, capsys, values):
    words = ("--out", tmp_path / "page.html", "--target", "margin", "--values", values)
    message = refused(capsys, tmp_path, 2, folder / "run", *words)
    assert f"--values {values!r}" in message
    assert "two values" in message


def test_values_that_the_network_does_not_know(folder, tmp_path, capsys):
    words = ("--out", tmp_path / "page.html", "--target", "margin", "--values", "0,9")
    message = refused(capsys, tmp_path, 2, folder / "run", *words, "--coefficient", "1")
    assert "no logit for the value 9" in message


ONE = ("--interval", "1324", "3412")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--method", "gradiant"), "--method 'gradiant': take one of gradient, "),
        (("--target", "guess"), "--target 'guess': take one of logit, loss, margin."),
        (("--part", "guess"), "--part 'guess': take one of nodes, edges."),
        (("--ends", "guess"), "--ends 'guess': take one of auto, keep, drop."),
        (("--percentile", "100"), "--percentile 100: "),
        (("--percentile", "-1"), "--percentile -1: "),
        (("--coefficient", "0"), "--coefficient 0: take 1 "),
        (("--intervals", "0"), "--intervals 0: "),
        (("--values", "2,1"), "--values 2,1: they are the two ends of a margin"),
        (("--values", "2,2", "--target", "margin"), "--values 2,2: "),
        (("--values", "2,x", "--target", "margin"), "--values '2,x': "),
        ((*ONE, "--retrain", "2", "--workers", "2"), "--retrain, --workers: these are for a whole"),
        ((*ONE, "--shuffled", "2"), "--shuffled: these are for a whole dataset"),
        ((*ONE, "--untrained", "3", "--intervals", "9"), "--untrained, --intervals: these are"),
        (("--interval", "3412", "1324"), "3412 is not below 1324"),
        (("--interval", "3412", "123x"), "'123x' is no permutation"),
        ((*ONE, "--out", "a.svg", "--decomposition", "frst"), "--decomposition 'frst': take one"),
        (
            (*ONE, "--out", "a.png"),
            "--out 'a.png': the name of a page ends in .html, that of a pic",
        ),
        (("--out", "a.png"), "--out 'a.png': the name of a page ends in .html."),
    ],
)
def test_nonsense_is_refused_before_the_run_is_looked_at(
    tmp_path, capsys, monkeypatch, words, message
):
    def touched(*arguments):
        pytest.fail("it had prepared torch before it looked")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("analysis.cli.prepare_torch", touched)
    assert f"Error: {message}" in refused(capsys, tmp_path, 2, *words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--method", "foo"), 2),
        (("--interval", "21", "12"), 2),
        (("no-such-run",), 1),
        (("--dataset", "no-such-dataset"), 1),
    ],
)
def test_nonsense_is_refused_before_torch_is_loaded(words, code):
    script = (
        "import sys\n"
        "from klgnn.main import main\n"
        f"try:\n    main({['report', *words]})\n"
        "except SystemExit as left:\n    print(left.code, 'torch' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == f"{code} False"


def test_a_picture_is_of_one_interval(folder, tmp_path, capsys):
    out = tmp_path / "page.svg"
    message = refused(capsys, tmp_path, 2, folder / "run", "--out", out)
    assert "a picture is made of one --interval" in message
    assert not out.exists()


def test_a_decomposition_is_marked_in_a_picture(folder, tmp_path, capsys):
    out = ("--out", tmp_path / "page.html", "--decomposition", "first")
    assert "--decomposition" in refused(capsys, tmp_path, 2, folder / "run", *out)
    one = ("--interval", "1324", "3412")
    assert "--decomposition" in refused(capsys, tmp_path, 2, folder / "run", *out, *one)
    picture = ("--out", tmp_path / "page.svg", "--decomposition", "middle", *one)
    assert "'middle'" in refused(capsys, tmp_path, 2, folder / "run", *picture)


def test_one_interval_by_the_model_of_the_package(tmp_path, capsys):
    """A page, a picture, and the same as data; no dataset is made."""
    words = ("--interval", "132546", "351624")
    for name in ("one.html", "one.svg"):
        assert call(*words, "--out", tmp_path / name) == 0
        assert capsys.readouterr().out == f"{tmp_path / name}\n"
    page = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert "[132546, 351624] in S<sub>6</sub>" in page
    plain = ET.parse(tmp_path / "one.svg").getroot()
    assert plain.tag == f"{SVG}svg"
    assert call(*words, "--out", tmp_path / "one.svg", "--decomposition", "first", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    (one,) = found["intervals"]
    assert (one["x"], one["w"]) == ("132546", "351624")
    assert found["report"] == str(tmp_path / "one.svg")
    marked = [node.get("class", "").split() for node in ET.parse(tmp_path / "one.svg").iter()]
    assert any("ideal" in names for names in marked)
    assert not any("ideal" in (node.get("class") or "").split() for node in plain.iter())


def test_one_interval_does_not_overwrite_the_report(tmp_path, monkeypatch, capsys):
    """Hours of work may lie in report.html."""
    monkeypatch.chdir(tmp_path)
    Path("report.html").write_text("ten trainings")
    assert call("--interval", "1324", "3412") == 0
    assert capsys.readouterr().out == "interval.html\n"
    assert Path("report.html").read_text() == "ten trainings"
    assert "1324" in Path("interval.html").read_text(encoding="utf-8")


def test_one_interval_is_attributed_as_asked(folder, tmp_path, capsys):
    """Every option that says what is attributed counts for one interval, too."""
    words = (folder / "run", "--interval", "1234", "4321", "--out", tmp_path / "one.html", "--json")
    asked = [(), ("--part", "edges"), ("--target", "margin", "--values", "1,0")]
    scores = []
    for more in asked:
        assert call(*words, *more, "--coefficient", "1") == 0
        found = json.loads(capsys.readouterr().out)
        scores.append(json.dumps(found["intervals"]))
    assert len(set(scores)) == len(asked)
    assert "margin 1 less 0" in (tmp_path / "one.html").read_text(encoding="utf-8")


def test_an_interval_that_there_is_not(folder, tmp_path, capsys):
    words = (folder / "run", "--out", tmp_path / "one.html", "--interval", "3412", "1324")
    assert "3412" in refused(capsys, tmp_path, 2, *words)

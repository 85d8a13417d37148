"""`klgnn generate` as a person or a script calls it."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from distributed import LocalCluster

from data_gen.dataset import IntervalDataset

COMMAND = [sys.executable, "-m", "klgnn", "generate"]


def klgnn_generate(*words: object, **options) -> subprocess.CompletedProcess:
    command = [*COMMAND, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, **options)


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> tuple[Path, subprocess.CompletedProcess]:
    folder = tmp_path_factory.mktemp("cli") / "s34"
    return folder, klgnn_generate("--n", 3, "--n", 4, "--select", "classes", "--out", folder)


def test_makes_a_dataset(made):
    folder, done = made
    assert done.returncode == 0, done.stderr
    assert "14 intervals" in done.stdout
    assert "train" in done.stdout
    IntervalDataset.open(folder).verify()


def test_json_is_the_summary_and_the_only_thing_on_stdout(made):
    folder, _ = made
    done = klgnn_generate("--n", 4, "--n", 3, "--select", "classes", "--out", folder, "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    dataset = IntervalDataset.open(folder)
    assert summary == {"path": str(folder), **dataset.manifest.summary()}
    assert summary["counts"]["rows"] == 14
    assert "already complete" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--n", "1"], 2, "n = 1 is too small"),
        (["--n", "99"], 2, "n = 99 is too large"),
        (["--n", "4", "--select", "none"], 2, "no selection 'none'"),
        (["--n", "4", "--workers", "0"], 2, "--workers 0"),
        (["--n", "four"], 2, "'four' is not a whole number"),
        ([], 2, "--n"),
    ],
)
def test_wrong_usage(tmp_path, words, code, message):
    done = klgnn_generate(*words, "--out", tmp_path / "set")
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not done.stdout
    assert not (tmp_path / "set").exists()


def test_other_parameters(made):
    folder, _ = made
    before = (folder / "manifest.json").read_bytes()
    done = klgnn_generate("--n", 4, "--select", "all", "--out", folder)
    assert done.returncode == 1
    assert "--force" in done.stderr
    assert (folder / "manifest.json").read_bytes() == before


def test_a_query_that_nothing_fulfils(tmp_path):
    done = klgnn_generate("--n", 4, "--where", "kl.str.len() > 9", "--out", tmp_path / "set")
    assert done.returncode == 0
    assert done.stderr.count("Warning") == 1
    assert "--where 'kl.str.len() > 9' and the other limits match no interval" in done.stderr
    assert "--seed" not in done.stderr


def test_a_folder_of_other_files(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    done = klgnn_generate("--n", 4, "--out", tmp_path, "--force")
    assert done.returncode == 1
    assert "letter.txt" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_says_that_nothing_is_lost(tmp_path, workers):
    folder = tmp_path / "s6"
    words = ["--n", "6", "--select", "all", "--out", str(folder), "--workers", str(workers)]
    process = subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list(folder.glob(".klgnn-partial/survey-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    # Python ends by SIGINT itself if C code met the interrupt first; a shell says 130 to both.
    assert process.returncode in (130, -signal.SIGINT), errors
    assert "Traceback" not in errors
    assert (folder / ".klgnn-partial" / "journal.jsonl").exists()
    assert not (folder / "manifest.json").exists()


def test_on_a_dask_cluster(tmp_path, made):
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        words = ["--n", 3, "--n", 4, "--scheduler", address, "--out", tmp_path / "dask"]
        done = klgnn_generate(*words)
    assert done.returncode == 0, done.stderr
    manifest = (made[0] / "manifest.json").read_bytes()
    assert (tmp_path / "dask" / "manifest.json").read_bytes() == manifest


def test_nobody_at_the_address(tmp_path):
    words = ["--n", 3, "--scheduler", "tcp://127.0.0.1:9", "--out", tmp_path / "set"]
    done = klgnn_generate(*words)
    assert done.returncode != 0
    assert "tcp://127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_has_an_example_and_is_quick():
    done = klgnn_generate("--help")
    assert done.returncode == 0
    assert "klgnn generate --n 5 --n 6 --select classes --out data/s56" in done.stdout


def test_help_loads_nothing_heavy():
    script = (
        "import sys; sys.argv[1:] = ['generate', '--help']\n"
        "from klgnn.main import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({'numba', 'pyarrow', 'torch', 'numpy', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr

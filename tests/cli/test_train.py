"""`klgnn train` as a person or a script calls it."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from data_gen.generation import generate

COMMAND = [sys.executable, "-m", "klgnn", "train"]


def klgnn_train(*words: object) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, *map(str, words)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("train") / "s5"
    generate([5], folder, select="classes")
    return folder


def test_trains_and_prints_the_results(data, tmp_path):
    out = tmp_path / "run"
    done = klgnn_train(data, "--out", out, "--epochs", 1)
    assert done.returncode == 0, done.stderr
    assert "whole polynomial" in done.stdout
    assert done.stdout.rstrip().endswith(str(out))
    again = klgnn_train(data, "--out", out, "--epochs", 1, "--json")
    assert again.returncode == 0, again.stderr
    results = json.loads(again.stdout)
    assert results["run"] == str(out)
    assert set(results) == {"run", "training", "validation", "test"}
    assert "already" in again.stderr


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--preset", "best"], 2, "'best'"),
        (["--epochs", "0"], 2, "--epochs 0"),
        (["--epochs", "many"], 2, "--epochs"),
        (["--accelerator", "gpu", "--devices", "100"], 2, "100 GPU"),
        ([], 1, "no klgnn dataset"),
    ],
)
def test_mistakes_get_a_sentence(tmp_path, data, words, code, message):
    folder = data if words else tmp_path
    done = klgnn_train(folder, "--out", tmp_path / "run", *words)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_ctrl_c_keeps_what_was_done(data, tmp_path):
    """Exit code 130, and the same command goes on."""
    out = tmp_path / "run"
    words = [*COMMAND, str(data), "--out", str(out), "--epochs", "2000"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (out / "checkpoint" / "last.ckpt").is_file() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert (out / "checkpoint" / "last.ckpt").is_file()
    assert not (out / "metrics.json").exists()


def test_sigkill_at_any_moment_leaves_a_run_that_goes_on(data, tmp_path):
    out = tmp_path / "run"
    words = [*COMMAND, str(data), "--out", str(out), "--epochs", "3"]
    for seconds in (0.5, 3.0):
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        process.wait()
    done = klgnn_train(data, "--out", out, "--epochs", 3, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["training"]["epochs"] == 3

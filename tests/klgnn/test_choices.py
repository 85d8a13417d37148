"""What is refused before torch is loaded."""

import subprocess
import sys
from typing import get_args

import pytest

from data_gen.errors import UsageError
from data_gen.split_rule import SPLITS
from klgnn.choices import PresetName, Split, check_hardware, check_training
from klgnn.presets import PRESETS


def test_the_names_are_those_of_what_there_is():
    assert get_args(PresetName) == tuple(PRESETS)
    assert sorted(get_args(Split)) == sorted(SPLITS)


@pytest.mark.parametrize(
    ("wrong", "quoted"),
    [
        ({"preset": "topdown"}, "--preset 'topdown'.*Did you mean top-down"),
        ({"preset": "default", "seed": -1}, "--seed -1"),
        ({"preset": "default", "epochs": 0}, "--epochs 0"),
        ({"preset": "default", "max_time": float("nan")}, "--max-time nan"),
        ({"preset": "default", "threads": 0}, "--threads 0"),
    ],
)
def test_a_training_that_makes_no_sense_is_quoted(wrong, quoted):
    with pytest.raises(UsageError, match=quoted):
        check_training(**wrong)


@pytest.mark.parametrize(
    ("wrong", "quoted"),
    [
        (("tpu",), "--accelerator 'tpu'"),
        (("cpu", 0), "--devices 0"),
        (("cpu", 1, "64-true"), "--precision '64-true'.*Did you mean 32-true"),
    ],
)
def test_so_is_hardware(wrong, quoted):
    with pytest.raises(UsageError, match=quoted):
        check_hardware(*wrong)


@pytest.mark.parametrize(
    "words",
    [["train", "nowhere", "--out", "run", "--preset", "foo"], ["evaluate", "run", "--split", "x"]],
)
def test_the_command_line_refuses_without_torch(words, tmp_path):
    code = (
        "import sys\nfrom klgnn.main import main\ntry:\n    main(sys.argv[1:])\n"
        "except SystemExit as end:\n    print(end.code, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "2 False", done.stderr

"""What may be chosen, and that nonsense is refused as it is chosen."""

import subprocess
import sys

import pytest

from analysis import choices
from analysis.attribution import Part, Target
from analysis.report.settings import Ends, Settings
from data_gen.errors import UsageError


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"method": "gradiant"}, "--method 'gradiant': .* occlusion. Did you mean gradient"),
        ({"target": "xyz"}, "--target 'xyz': take one of logit, loss, margin.$"),
        ({"part": None}, "--part None"),
        ({"ends": "dropp"}, "--ends 'dropp': take one of auto, keep, drop. Did you mean drop"),
        ({"percentile": 100}, "--percentile 100: .* below 100"),
        ({"percentile": float("nan")}, "--percentile nan"),
        ({"coefficient": 0}, "--coefficient 0: take 1"),
        ({"intervals": 0}, "--intervals 0: at least one"),
        ({"values": (2, 1)}, "--values 2,1: .* Add --target margin"),
        ({"values": (2, 2), "target": "margin"}, "--values 2,2: .* always 0"),
        ({"values": (2, 1, 0), "target": "margin"}, "--values 2,1,0: two values"),
    ],
)
def test_settings_that_make_no_sense_cannot_be_made(wrong, message):
    with pytest.raises(UsageError, match=message):
        Settings(**wrong)


def test_settings_that_make_sense():
    assert Settings(values=(2, 1), target="margin", percentile=0).values == (2, 1)
    assert Settings(coefficient=1, intervals=1, method="occlusion", part="edges", ends="keep")


def test_there_is_one_of_each():
    assert (Part, Target) == (choices.Part, choices.Target)
    assert Ends == choices.Ends


@pytest.mark.parametrize("module", ["analysis.choices", "analysis.report.settings", "analysis.cli"])
def test_choosing_loads_nothing_heavy(module):
    heavy = ("torch", "numba", "numpy", "captum", "matplotlib")
    code = f"import sys, {module}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""The small words of a report, and its first paragraphs."""

from dataclasses import replace

import pytest

from analysis.report.contents import Accuracy, NetworkLine, Training
from analysis.report.settings import Settings
from analysis.report.wording import (
    attributed,
    listed,
    p_value,
    percent,
    points,
    signed,
    summary,
)
from analysis.statistics import Estimate

NAN = float("nan")
MINUS = "\N{MINUS SIGN}"
TRAINING = Training(
    preset="default", model="davies2021", seed=3, weights=1234, features=("degrees",),
    groups=(5, 6), selection="classes", intervals={"train": 80, "val": 10, "test": 10},
    vertices=5000, edges=20000,
)  # fmt: skip
ACCURACY = (
    Accuracy("whole polynomial", None, 0.9, 0.5, 0.6, None),
    Accuracy("coefficient of q", 1, 0.95, 0.5, 0.6, (0.9, 0.5, 0.6)),
)
SETTINGS = Settings(coefficient=2, ends="keep")


def test_small_words():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert percent(0.5, 0) == "50%"
    assert signed(0.0) == "+0%"
    assert p_value(0.5) == "0.5"


def test_what_is_no_number_is_never_printed_as_one():
    assert percent(NAN) == "none"
    assert signed(NAN) == "none"
    assert signed(float("inf")) == "none"
    assert p_value(NAN) == ""
    assert points(Estimate(0.5, NAN, NAN)) == "+50 points"


def test_points_have_their_signs():
    assert points(Estimate(-0.1, -0.2, 0.0)) == f"{MINUS}10 points, interval {MINUS}20 to +0"


def test_what_was_attributed():
    plain = Settings(coefficient=1, percentile=97.5)
    assert attributed(plain).startswith("gradient of the logit, by vertices, coefficient of q;")
    assert attributed(plain).endswith("percentile 97.5")
    edges = replace(plain, part="edges", target="margin", values=(2, 1), method="occlusion")
    assert attributed(edges).startswith("occlusion of the margin 2 less 1, by edges")


def said(accuracy=ACCURACY, settings=SETTINGS, networks=(), ends=(0.1, 0.2)):
    return summary(TRAINING, accuracy, 100, settings, None, ends, networks)


def test_the_summary_says_what_was_trained():
    first, *_ = said()
    assert "80 Bruhat intervals of S_5 and S_6 (one for each isomorphism class" in first
    assert "seed 3" in first
    line = NetworkLine("trained", 3, 0.9, 0.95, False, "", "")
    networks = (
        line,
        replace(line, seed=4, exact=0.8),
        replace(line, seed=5, exact=0.7),
        NetworkLine("untrained", 0, None, None, False, "", ""),
        replace(line, kind="shuffled", exact=0.25),
    )
    first, *_ = said(networks=networks)
    assert "2 more with other seeds (70.0% to 80.0% of the test polynomials right)" in first
    assert "1 on the same graphs with the labels of others (25.0% of" in first


@pytest.mark.parametrize(
    ("exact", "judgement"),
    [(0.9, "better than both"), (0.62, "less than the uncertainty"), (0.6, "does not beat them")],
)
def test_the_summary_judges_by_the_baselines(exact, judgement):
    accuracy = (replace(ACCURACY[0], network=exact), ACCURACY[1])
    assert judgement in said(accuracy)[1]


def test_the_summary_says_what_saliency_is():
    assert "the gradient of the logit of the value" in said()[2]
    assert (
        "its loss on the coefficient of q^2" in said(settings=replace(SETTINGS, target="loss"))[2]
    )
    edges = said(settings=replace(SETTINGS, part="edges"))[2]
    assert "by the weights of the edges at that vertex" in edges
    left_out = said(settings=replace(SETTINGS, method="occlusion"))[2]
    assert "what it changes to leave the vertex out" in left_out

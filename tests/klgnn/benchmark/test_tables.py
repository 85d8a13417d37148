"""The table of results for a terminal."""

from dataclasses import replace

import pytest
from rich.console import Console

from klgnn.benchmark import Result, overview
from klgnn.benchmark.problems import ALL
from klgnn.benchmark.suites import SUITES

LONGEST = "trees + both identities, monotone"


def made(suite, seed, exact):
    scores = {LONGEST: {ALL: {"exact": exact, "classes": 12_345}}}
    return Result(*(suite, "trees", seed, "", {}, 1, {}, {}, scores, {}, {}, {}))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_heading_is_cut(width):
    """Five suites, three seeds, and how many classes a share is of."""
    results = [made(name, seed, 0.9 + seed / 1000) for name in SUITES for seed in range(3)]
    console = Console(width=width, force_terminal=False)
    with console.capture() as capture:
        console.print(overview(results))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    assert "\N{HORIZONTAL ELLIPSIS}" not in "".join(lines)
    for name in SUITES:
        assert f"{name}, 12,345 test classes" in lines
    shares = [line.split("  ")[-1].strip() for line in lines if LONGEST in line]
    assert shares == ["0.901 (0.900-0.902)"] * len(SUITES)


def test_a_suite_of_one_class():
    one = made("s9", 0, 1.0)
    one = replace(one, scores={LONGEST: {ALL: {"exact": 1.0, "classes": 1}}})
    assert next(iter(overview([one]).columns[0].cells)) == "s9, 1 test class"

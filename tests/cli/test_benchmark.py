"""`klgnn benchmark`, from the command line to the page."""

import json

import pytest
import typer
from typer.testing import CliRunner

from data_gen.errors import UsageError
from klgnn.cli_benchmark import benchmark

app = typer.Typer()
app.command()(benchmark)


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def test_a_quick_suite_from_end_to_end(tmp_path):
    options = ["--out", tmp_path / "out", "--seeds", "0", "--minutes", "0.02", "--threads", "1"]
    done = run("s6-unseen", *options, "--markdown", tmp_path / "results.md")
    assert done.exit_code == 0
    assert "network + both identities" in done.stdout
    text = (tmp_path / "results.md").read_text()
    assert "klgnn benchmark s6-unseen --seeds 0 --minutes 0.02 --threads 1" in text
    for title in ("majority", "trees", "davies2021", "network", "least solution", "hypercube"):
        assert f"| {title}" in text
    before = (tmp_path / "out" / "results.json").read_bytes()
    again = run("s6-unseen", *options, "--json")
    assert (tmp_path / "out" / "results.json").read_bytes() == before
    assert json.loads(again.stdout)["results"] == json.loads(before)["results"]


def test_some_methods_on_all_quick_suites(tmp_path):
    done = run("--quick", "--methods", "majority,least-solution", "--out", tmp_path, "--json")
    results = json.loads(done.stdout)["results"]
    assert len(results) == 8
    assert {result["method"] for result in results} == {"majority", "least-solution"}


@pytest.mark.parametrize(
    "words", [["s3"], ["--methods", "forest"], ["--seeds", "many"], ["--minutes", "0"]]
)
def test_usage_errors(tmp_path, words):
    with pytest.raises(UsageError):
        run("--out", tmp_path, *words)


def test_levers_and_what_was_tried_by_hand(tmp_path):
    options = ["--levers", "--quick", "--methods", "no-growth", "--out", tmp_path / "out"]
    page = tmp_path / "trials.md"
    done = run(*options, "--markdown", page)
    assert done.exit_code == 0
    assert "no growth" in done.stdout
    assert "By hand" not in page.read_text()
    (tmp_path / "trials-by-hand.md").write_text("## By hand\n")
    again = run(*options, "--markdown", page, "--json")
    assert page.read_text().endswith("\n\n## By hand\n")
    (result,) = json.loads(again.stdout)["results"]
    assert result["method"] == "no-growth"
    kept = json.loads((tmp_path / "out" / "s6-levers" / "results.json").read_text())
    assert kept["results"] == [result]


def test_levers_have_a_suite_of_their_own(tmp_path):
    with pytest.raises(UsageError, match="s8-unseen"):
        run("s8-unseen", "--levers", "--out", tmp_path)

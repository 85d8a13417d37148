"""The page of benchmarks says what was printed, and nothing else."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "write_page.py"


@pytest.fixture(scope="module")
def write_page():
    spec = importlib.util.spec_from_file_location("write_page", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_benchmark_is_on_the_page_and_begins_with_a_question(write_page) -> None:
    files = {file.name for file in FILE.parent.glob("*.py")} - {FILE.name}
    assert {command.split()[0] for command in write_page.COMMANDS.values()} == files
    for command in write_page.COMMANDS.values():
        asked = write_page.question(command)
        assert asked.startswith("How ")
        assert "\n" not in asked


def test_the_page_has_what_is_kept_word_for_word(write_page, tmp_path) -> None:
    kept = "$ python benchmarks/lookup.py\n# 2 processors\nS_4: one look-up"
    (tmp_path / "lookup.txt").write_text(kept + "\n")
    (tmp_path / "by-hand.md").write_text("## By hand\n")
    page = write_page.page(tmp_path, tmp_path / "by-hand.md")
    assert f"```text\n{kept}\n```" in page
    assert page.count("\n## ") == 2
    assert page.endswith("## By hand\n")


def test_the_page_in_the_documentation_is_that_of_what_is_kept(write_page) -> None:
    page = write_page.page(write_page.MEASURED, write_page.BY_HAND)
    assert write_page.PAGE.read_text(encoding="utf-8") == page


def test_an_unknown_name_is_refused_before_anything_runs() -> None:
    done = subprocess.run([sys.executable, FILE, "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "'nonsense'" in done.stderr

"""What a help text or the README writes runs, word for word, and ends well."""

import ast
import json
import re
import shlex
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import networkx as nx
import pytest
import typer.main
from click import Context

from data_gen.dataset import IntervalDataset
from data_gen.intervals import BruhatInterval
from klgnn.main import build_app, main
from tests.small_run import train_run

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KL_S5 = ROOT / "tests" / "golden" / "kl_s5.json"

EXAMPLE = re.compile(r"Example:\s*`?(klgnn [^`\n]+)")

# The others take seconds; the reason for each of these is what it does.
LONG = {
    "klgnn train data/s56 --out runs/s56": "trains",
    "klgnn train data/s56 --preset top-down --out runs/top-down": "trains",
    "klgnn benchmark s8-unseen --methods majority,trees --out benchmark": "draws up S_8",
    "klgnn benchmark --quick": "trains",
    "klgnn report": "attributes with the shipped network, and untrained ones",
    "klgnn report runs/s56 --out report.html": "compares networks",
    "klgnn report runs/s56 --retrain 10 --workers 2": "trains twenty networks",
    "klgnn conjecture discover --n 4 --n 5 --assume lower": "half a minute of enumeration",
    "klgnn conjecture search h-tilde --n 6 --budget 2m": "up to two minutes, as it says",
    "klgnn conjecture formulas check --n 7 --workers 4 --out s7": "all of S_7",
}
# A conjecture that is refuted, as promised, leaves with 3.
REFUTED = {
    "klgnn conjecture test my_idea.py --n 4 --n 5 --n 6 --out results",
    "klgnn conjecture test my_idea.py --n 5",
    "klgnn conjecture search h-tilde --n 6 --budget 2m",
}


def helps(command: typer.main.TyperCommand, name: str = "klgnn") -> Iterator[tuple[str, str]]:
    """The help text of a command, and of all below it, each with the words that call it."""
    yield name, command.help or ""
    if hasattr(command, "list_commands"):
        context = Context(command)
        for word in command.list_commands(context):
            yield from helps(command.get_command(context, word), f"{name} {word}")


def all_helps() -> dict[str, str]:
    return dict(helps(typer.main.get_command(build_app())))


def commands_of_readme() -> Iterator[str]:
    for block in re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL):
        lines = (line.partition(" #")[0].strip() for line in block.splitlines())
        yield from (line for line in lines if line.startswith("klgnn "))


def all_commands() -> list[str]:
    """In the order of the texts, each once."""
    written = [found for text in all_helps().values() for found in EXAMPLE.findall(text)]
    return list(dict.fromkeys(command.strip() for command in [*written, *commands_of_readme()]))


def marked(command: str) -> object:
    return pytest.param(command, marks=pytest.mark.slow) if command in LONG else command


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Path:
    """A folder with what the commands take for granted: files of one's own, a dataset, runs."""
    desk = tmp_path_factory.mktemp("desk")
    idea = re.search(r"```python\n(from analysis.conjectures.*?)```", README, flags=re.DOTALL)
    (desk / "my_idea.py").write_text(idea.group(1), encoding="utf-8")
    graph = BruhatInterval("1324", "3412").to_networkx()
    for name in ("mine.graphml", "graph.graphml"):
        nx.write_graphml(nx.DiGraph(graph.edges), desk / name)
    write_published_pairs(desk / "kl_polynomials_5_train.txt")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(desk)
        call("klgnn generate --n 5 --n 6 --select classes --out data/s56")
        for name in ("s7", "s8"):
            call(f"klgnn conjecture formulas check --n 4 --out {name}")
    dataset = IntervalDataset.open(desk / "data/s56")
    (desk / "runs").mkdir()
    train_run(desk / "runs/s56", dataset)
    return desk


def write_published_pairs(path: Path) -> None:
    """Pairs of S_5 as ML4AlgComb writes them: 0-indexed, then the coefficients."""
    polynomials = json.loads(KL_S5.read_text())["polynomials"]
    words = ["".join(word) for word in permutations("12345")]
    down = str.maketrans("12345", "01234")
    rows = [
        ", ".join([x.translate(down), w.translate(down), *map(str, polynomials[w].get(x, [0]))])
        for w in words[-10:]
        for x in words
    ]
    path.write_text("\n".join(rows) + "\n")


def call(command: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(shlex.split(command)[1:])
    return left.value.code


@pytest.mark.parametrize("command", [marked(command) for command in all_commands()])
def test_command_runs_as_it_stands(command, desk, monkeypatch, capsys) -> None:
    monkeypatch.chdir(desk)
    expected = 3 if command in REFUTED else 0
    if command in LONG:  # what stands ready for the others is not in their way
        command = command.replace("--out ", "--out new/")
        (desk / "new").mkdir(exist_ok=True)
    code = call(command)
    said = capsys.readouterr()
    assert code == expected, said.err
    assert said.out.strip()


def test_the_lists_above_name_written_commands() -> None:
    assert set(LONG) | REFUTED <= set(all_commands())


def test_every_command_has_an_example() -> None:
    without = [name for name, text in all_helps().items() if not EXAMPLE.search(text)]
    assert without == ["klgnn"]  # which has the whole way in three lines


def test_the_python_of_the_readme(desk, monkeypatch) -> None:
    """Each value that stands in a comment behind an expression is its value."""
    monkeypatch.chdir(desk)
    names, compared = {}, 0
    for block in re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL):
        for node in ast.parse(block).body:
            source = ast.get_source_segment(block, node)
            if not isinstance(node, ast.Expr):
                exec(source, names)
                continue
            value = eval(source, names)
            comment = block.splitlines()[node.lineno - 1].partition("  # ")[2]
            if re.match(r"[(\d]|Poly", comment):
                assert comment.startswith(repr(value))
                compared += 1
    assert compared == 2

"""The house rules that a machine can hold: which way the imports point."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("data_gen", "klgnn", "analysis")
LEARNING = {"torch", "torch_geometric", "pytorch_lightning", "captum", "sklearn"}


def modules() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def imported_names(path: Path) -> Iterator[str]:
    """Every module that a file imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def import_graph() -> nx.DiGraph:
    known = dict(modules())
    graph = nx.DiGraph()
    for name, path in known.items():
        graph.add_edges_from((name, other) for other in imported_names(path) if other in known)
    return graph


@pytest.mark.parametrize(("name", "path"), list(modules()), ids=lambda value: str(value))
def test_no_module_imports_upwards(name: str, path: Path) -> None:
    above = ROOMS[ROOMS.index(name.split(".")[0]) + 1 :]
    upward = [other for other in imported_names(path) if other.split(".")[0] in above]
    assert not upward, f"{name} imports upwards: {upward}"


def test_data_gen_never_imports_the_learning_libraries() -> None:
    for name, path in modules():
        if name.startswith("data_gen"):
            met = {other.split(".")[0] for other in imported_names(path)} & LEARNING
            assert not met, f"{name} imports {met}"


def test_no_two_modules_import_each_other() -> None:
    cycles = list(nx.simple_cycles(import_graph()))
    assert not cycles


def test_modules_stay_under_about_400_lines() -> None:
    long = {name: lines for name, path in modules() if (lines := _count_lines(path)) > 440}
    assert not long


def _count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("room", ROOMS)
def test_importing_a_room_is_light(room: str) -> None:
    """Heavy libraries are loaded on first use, so that a notebook and --help start at once."""
    heavy = ("torch", "numba", "sympy", "pandas", "matplotlib")
    code = f"import sys, {room}; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("room", ROOMS)
def test_everything_a_room_announces_can_be_imported(room: str) -> None:
    module = __import__(room)
    for name in module.__all__:
        assert getattr(module, name) is not None

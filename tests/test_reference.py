"""Every name in the reference is shown by an example that runs.

The examples themselves run as doctests. Shown means: in the text of the name, of one of its
methods, or by name in another example of the same module, as the results of a function are.
"""

import ast
import doctest
import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("data_gen", "klgnn", "analysis")
SHOWABLE = (ast.ClassDef, ast.FunctionDef)


def modules() -> list[Path]:
    """The reference's own rule: not the compiled loops, the command lines, what begins with _.

    Nor what is copied into every certificate word for word: the example of `sage_page` executes it.
    """
    describes_its_names = runpy.run_path(str(ROOT / "docs" / "conf.py"))["describes_its_names"]
    paths = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    inside = (path.relative_to(ROOT) for path in paths)
    return [path for path in inside if describes_its_names(path)]


def examples(node: ast.AST) -> Iterator[doctest.Example]:
    """The examples in the docstrings of a module, class or function, and of all inside it."""
    for inner in ast.walk(node):
        if isinstance(inner, (ast.Module, *SHOWABLE)):
            yield from doctest.DocTestParser().get_examples(ast.get_docstring(inner) or "")


def not_shown(tree: ast.Module) -> list[str]:
    shown = "\n".join(example.source + example.want for example in examples(tree))
    return [
        node.name
        for node in tree.body
        if isinstance(node, SHOWABLE)
        and not node.name.startswith("_")
        and not any(examples(node))
        and not re.search(rf"\b{node.name}\b", shown)
    ]


@pytest.mark.parametrize("path", modules(), ids=str)
def test_every_public_name_is_shown_by_an_example(path: Path) -> None:
    assert not_shown(ast.parse((ROOT / path).read_text(encoding="utf-8"))) == []


def test_what_is_not_shown_is_found() -> None:
    tree = ast.parse(
        'def f():\n    """F.\n\n    >>> f()\n    >>> C()\n    """\ndef g(): ...\nclass C: ...'
    )
    assert not_shown(tree) == ["g"]

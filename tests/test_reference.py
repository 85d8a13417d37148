"""Every name in the reference is shown by an example that runs.

The examples themselves run as doctests. Shown means: in the text of the name, of one of its
methods, or by name in another example of the same module, as the results of a function are.
"""

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("data_gen", "klgnn", "analysis")
# Copied into every certificate word for word: the example of `sage_page` executes one.
CERTIFICATE_TEXT = ("standalone", "rechecks")
SHOWABLE = (ast.ClassDef, ast.FunctionDef)


def is_in_the_reference(path: Path) -> bool:
    """As in docs/conf.py: not the compiled loops, the command lines, and what begins with _."""
    inner = path.stem.startswith(("_", "cli")) or path.stem in ("main", *CERTIFICATE_TEXT)
    return not inner and "kernels" not in str(path)


def modules() -> list[Path]:
    paths = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    return [path.relative_to(ROOT) for path in paths if is_in_the_reference(path.relative_to(ROOT))]


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

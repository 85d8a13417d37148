"""How the documentation is built; see https://www.sphinx-doc.org for each setting."""

import ast
from collections import namedtuple
from importlib.metadata import version as installed_version
from pathlib import Path

project = "klgnn"
author = "The klgnn authors"
project_copyright = f"2026, {author}"
release = version = installed_version("klgnn")

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.viewcode",
    "sphinx-mathjax-offline",
]
myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

# Every example runs in every build: a page that has gone stale fails it.
nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
default_role = "code"
# Attributes of several classes share a name (rows, n, ...); a bare mention need not be a link.
suppress_warnings = ["ref.python"]

html_theme = "furo"
html_title = "klgnn"
html_static_path = ["_static"]
# What is included by a page is no page of its own.
exclude_patterns = ["_build", "jupyter_execute", "*-by-hand.md"]

# The reference pages are written from what is in the packages, so that no module is forgotten.
ROOMS = {
    "data_gen": "exact mathematics",
    "klgnn": "learning",
    "analysis": "reading the network",
}
# Their docstrings define a file format or a certificate; their functions are inner parts.
SPECIFICATIONS = ("data_gen.canonical_kernels", "data_gen.refinement_kernels")
# The command itself, and the two texts that every certificate is made of.
INNER = ("main", "standalone", "rechecks")
TUPLE_FIELD = type(namedtuple("_", "field").field)


def write_reference(app: object) -> None:
    """One page for each room, one section for each public module that has something to import."""
    root = Path(__file__).parents[1]
    for room, what in ROOMS.items():
        lines = [f"# {room}: {what}", "", *front(root, room)]
        for path in sorted((root / room).rglob("*.py")):
            inside = path.relative_to(root)
            module = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
            described = describes_its_names(inside)
            # Of a package its text: what it exports is described where it stands.
            is_package = inside.name == "__init__.py" and "." in module and "kernels" not in module
            if not (described or is_package or module in SPECIFICATIONS):
                continue
            lines += [f"## {module}", "", "```{eval-rst}", f".. automodule:: {module}"]
            lines += ["   :members:"] if described else []
            lines += ["```", ""]
        page = root / "docs" / "reference" / f"{room}.md"
        text = "\n".join(lines)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def describes_its_names(path: Path) -> bool:
    """Whether the names of a module, at a path such as data_gen/graph.py, are in the reference."""
    inner = path.stem.startswith(("_", "cli")) or path.stem in INNER
    return not inner and "kernels" not in str(path)


def front(root: Path, room: str) -> list[str]:
    """What `import room` gives, each name with its first sentence; all modules come after it."""
    lines = [f"What `import {room}` gives:", "", "```{eval-rst}", ".. list-table::", ""]
    for line in ast.parse((root / room / "__init__.pyi").read_text(encoding="utf-8")).body:
        for alias in line.names if isinstance(line, ast.ImportFrom) else ():
            module, node = definition(root, f"{room}.{line.module}", alias.name)
            said = (ast.get_docstring(node) or "").partition("\n")[0]
            lines.append(f"   * - :py:obj:`{alias.name} <{module}.{alias.name}>`")
            lines.append(f"     - {said}")
    return [*lines, "```", ""]


def definition(root: Path, module: str, name: str) -> tuple[str, ast.AST]:
    """The module that defines a name, which a package may only hand on, and the definition."""
    path = root / f"{module.replace('.', '/')}.py"
    path = path if path.exists() else path.with_suffix("") / "__init__.py"
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            return definition(root, node.module, name)
        if getattr(node, "name", None) == name:
            return module, node
    raise LookupError(f"{module} has no {name}")


def skip_fields(app: object, what: str, name: str, value: object, *_: object) -> bool | None:
    """Leaves out fields of named tuples: the class's own text has said what they are."""
    return True if isinstance(value, TUPLE_FIELD) else None


def setup(app: object) -> None:
    """Called by Sphinx."""
    app.connect("builder-inited", write_reference)
    app.connect("autodoc-skip-member", skip_fields)

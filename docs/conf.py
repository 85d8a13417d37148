"""How the documentation is built; see https://www.sphinx-doc.org for each setting."""

from importlib.metadata import version as installed_version

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
exclude_patterns = ["_build", "jupyter_execute"]

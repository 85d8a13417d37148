"""Every link between the texts of the repository leads to a file, and to a heading of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXTS = sorted(
    path
    for pattern in ("*.md", "docs/*.md", "docs/*/*.md", "tests/**/*.md", "klgnn/**/*.md")
    for path in ROOT.glob(pattern)
    # Written by docs/conf.py when the documentation is built.
    if path.parent.name != "reference" or path.name == "command-line.md"
)
LINK = re.compile(r"\]\(([^()\s]+)\)")
REFERENCE = ("reference/data_gen.md", "reference/klgnn.md", "reference/analysis.md")


def without_code(text: str) -> str:
    return re.sub(r"```.*?```", "", text, flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    """The names of the headings, as GitHub and MyST make them."""
    headings = re.findall(r"^#+ (.*)$", without_code(path.read_text(encoding="utf-8")), flags=re.M)
    kept = (re.sub(r"[^\w\- ]", "", heading.strip().lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def targets(path: Path) -> list[str]:
    found = LINK.findall(without_code(path.read_text(encoding="utf-8")))
    return [target for target in found if not re.match(r"[a-z]+:", target)]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in targets(path):
        name, _, anchor = target.partition("#")
        leads_to = (path.parent / name).resolve() if name else path
        if name.endswith(REFERENCE):
            continue
        assert leads_to.exists(), target
        if anchor:
            assert anchor in anchors(leads_to), target


def test_every_page_is_in_the_table_of_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    pages = {
        str(path.relative_to(ROOT / "docs").with_suffix(""))
        for path in TEXTS
        if ROOT / "docs" in path.parents
    }
    listed = {line.strip() for line in index.splitlines()}
    assert {page for page in pages if not page.endswith("-by-hand")} - {"index"} <= listed

"""The pages: every method is listed, and what a page points to exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
FILE = re.compile(
    r"`((?:psychometrics|itembank|delivery|api|tests|benchmarks|tools|docs)/[\w./-]+\.\w+)`"
)


def test_every_method_is_in_the_index():
    listed = set(LINK.findall((DOCS / "methods" / "README.md").read_text("utf-8")))
    pages = {path.name for path in (DOCS / "methods").glob("*.md")} - {"README.md"}
    assert pages - listed == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(DOCS).as_posix())
def test_what_a_page_points_to_exists(page):
    text = page.read_text("utf-8")
    links = [link for link in LINK.findall(text) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    missing += [name for name in FILE.findall(text) if not (ROOT / name).exists()]
    assert missing == []

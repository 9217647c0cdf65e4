"""What every page of the staff must satisfy, looked at in a real browser."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from api.i18n import english

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WCAG_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = 1366, 390
SHORTEST = 4  # letters of a sentence that cannot be a symbol or a unit
PLACEHOLDER = re.compile(r"\{[^}]*\}")
# Words of people stand in the language they were written in: content, names, reasons.
CHROME = """() => {
  const content = '.content, math, .pre, .reason, .note li, body [lang], .plain-link, svg text, textarea, [class*="kt-"]';
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.parentElement;
    if (!at.closest(content) && !['SCRIPT', 'STYLE'].includes(at.tagName)) found.add(walk.currentNode.data);
  }
  for (const one of document.body.querySelectorAll('[aria-label], [title], [placeholder]')) {
    for (const name of ['aria-label', 'title', 'placeholder']) found.add(one.getAttribute(name) ?? '');
  }
  found.add(document.title.split(' · ')[0]);
  return [...found].map(words => words.replace(/\\s+/g, ' ').trim()).filter(words => words);
}"""


def barriers(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA with everything unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    return [f"{v['id']}: {n['html'][:160]}" for v in _violations(page) for n in v["nodes"][:3]]


def faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA on the page as it is shown."""
    return [f"{v['id']}: {' | '.join(n['html'] for n in v['nodes'])}" for v in _violations(page)]


def _violations(page: Page) -> list[dict[str, Any]]:
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    tags = "tags => axe.run(document, {runOnly: tags}).then(found => found.violations)"
    return page.evaluate(tags, WCAG_AA)


def frame_problems(page: Page) -> list[str]:
    """A page has one main heading, a title of its own and a language."""
    found = []
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} h1")
    if " · " not in page.title():
        found.append("no title of its own")
    if page.locator("html").get_attribute("lang") not in ("vi", "en"):
        found.append("no lang")
    return found


def overflow(page: Page) -> list[str]:
    """What makes the page scroll sideways, at the width of a screen and of a telephone."""
    found = []
    for width in (WIDE, NARROW):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"scrolls sideways at {width}: {page.evaluate(WIDEST)}")
    page.set_viewport_size({"width": WIDE, "height": 800})
    return found


WIDEST = """() => [...document.querySelectorAll('main *, header *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll-x, .mainnav'))
  .slice(0, 2).map(one => one.outerHTML.slice(0, 120)).join(' | ')"""


@cache
def vietnamese_sentences() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """What the program itself says: plain sentences, and those with values in them."""
    told = [vi for vi, en in english().items() if vi != en and len(vi) >= SHORTEST]
    plain = frozenset(vi for vi in told if "{" not in vi)
    return plain, tuple(_pattern(vi) for vi in told if "{" in vi and _says_enough(vi))


def _says_enough(sentence: str) -> bool:
    return len(re.sub(r"\W", "", PLACEHOLDER.sub("", sentence))) >= 2 * SHORTEST


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile(".{1,80}?".join(re.escape(part) for part in PLACEHOLDER.split(sentence)))


def left_in_vietnamese(page: Page) -> list[str]:
    """Sentences of the program that the English switch left as they were."""
    plain, patterns = vietnamese_sentences()
    said = page.evaluate(CHROME)
    return [w for w in said if w in plain or any(p.fullmatch(w) for p in patterns)]

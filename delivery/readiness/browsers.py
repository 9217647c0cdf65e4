"""Which browser a machine has, from what it says in every request. Pure.

The oldest versions that the player is built for: web/build.mjs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

OLDEST = {"Chrome": 109, "Edge": 109, "Cốc Cốc": 109, "Firefox": 115}
MOST_READ = 400
# The first that fits: every browser on Chromium says «Chrome» too, and Chrome says «Safari».
# Cốc Cốc counts versions of its own; what it can do is told by the Chromium in it.
_NAMED = (
    ("Edge", r"\bEdg(?:A|iOS)?/(\d{1,4})\."),
    ("Edge", r"\bEdge/(\d{1,4})\."),
    ("Internet Explorer", r"\b(?:MSIE |Trident/.*rv:)(\d{1,4})\."),
    ("Cốc Cốc", r"\bcoc_coc_browser/.*\bChrome/(\d{1,4})\."),
    ("Opera", r"\bOPR/(\d{1,4})\."),
    ("Firefox", r"\bFirefox/(\d{1,4})\."),
    ("Chrome", r"\b(?:Headless)?Chrom(?:e|ium)/(\d{1,4})\."),
    ("Safari", r"\bVersion/(\d{1,4})[\d.]* (?:Mobile/\S+ )?Safari/"),
)
_SAFE_EXAM_BROWSER = re.compile(r"\bSEB/\d")


@dataclass(frozen=True, slots=True)
class Browser:
    """Its name and its whole version; a name we do not know is empty."""

    name: str
    version: int | None

    @property
    def shown(self) -> str:
        return f"{self.name} {self.version}" if self.version is not None else self.name

    @property
    def is_known(self) -> bool:
        return self.name in OLDEST

    @property
    def is_too_old(self) -> bool:
        if self.name == "Internet Explorer":
            return True
        return self.is_known and (self.version or 0) < OLDEST[self.name]


def browser_of(user_agent: str) -> Browser:
    for name, pattern in _NAMED:
        found = re.search(pattern, user_agent[:MOST_READ])
        if found:
            return Browser(name, int(found[1]))
    return Browser("", None)


def is_safe_exam_browser(user_agent: str) -> bool:
    return _SAFE_EXAM_BROWSER.search(user_agent[:MOST_READ]) is not None

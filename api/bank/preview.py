"""An item three ways: as its candidates will see it, on paper, and as a screen reader tells it.

The editor, the item page and the reviewer's page all draw through here, so what is appraised is
what is sat. The markup is that of the player (class names on top of web/player/item.css), with the
controls drawn and switched off. It is built from `CandidateView`, so no key or rationale can slip
into it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape, unescape

from markupsafe import Markup

from itembank.items.candidate_view import (
    CandidateView,
    SeenCloze,
    SeenGap,
    SeenPart,
    SeenShort,
    candidate_view,
    stimulus_view,
)
from itembank.items.content import ItemContent, StimulusContent
from itembank.items.html import plain_text
from itembank.items.read_aloud import read_aloud

from ..pages import environment

_GAP = re.compile(r'<span data-gap="([^"]*)"\s*>[^<]*</span>')
LONGEST_IN_LIST = 60
FOUR_IN_A_ROW, TWO_IN_A_ROW = 12, 36  # characters


def preview_html(
    content: ItemContent,
    number: int | None = None,
    points: str | None = None,
    stimulus: StimulusContent | None = None,
) -> Markup:
    """The `<article class="kt-item">` of an item, its shared material before it."""
    view = candidate_view(content)
    return _drawn("bank/_preview.html", view, stimulus, number=number, points=points)


def paper_html(content: ItemContent, stimulus: StimulusContent | None = None) -> Markup:
    """The same item as a school prints it."""
    return _drawn("bank/_preview_paper.html", candidate_view(content), stimulus)


def heard(content: ItemContent, stimulus: StimulusContent | None = None) -> list[dict[str, str]]:
    """What a screen reader announces, line by line: `role` and `words`."""
    shared = stimulus_view(stimulus) if stimulus else None
    return [asdict(line) for line in read_aloud(candidate_view(content), shared)]


def _drawn(
    template: str,
    view: CandidateView,
    stimulus: StimulusContent | None,
    **shown: int | str | None,
) -> Markup:
    gaps = {}
    if isinstance(view.interaction, SeenCloze):
        gaps = {gap.id: (n, gap) for n, gap in enumerate(view.interaction.gaps, start=1)}
    drawn = environment().get_template(template).render(
        seen=view.interaction,
        stem=view.stem,
        recording=view.recording,
        stimulus=stimulus,
        on_screen=lambda html: with_controls(str(html), gaps),
        on_paper=lambda html: with_blanks(str(html), gaps),
        columns=columns,
        boxes=boxes,
        **shown,
    )  # fmt: skip
    return Markup(drawn)


def columns(options: Sequence[SeenPart]) -> int:
    """How many options stand side by side on paper: four short ones, two, or one."""
    longest = max((len(plain_text(option.body)) for option in options), default=0)
    if longest > TWO_IN_A_ROW or any("<img" in option.body for option in options):
        return 1
    return 4 if longest <= FOUR_IN_A_ROW and len(options) == 4 else 2


SIGNS = {",": "dấu phẩy", "-": "dấu trừ", "/": "dấu gạch chéo"}


def boxes(seen: SeenShort) -> str:
    """What may be typed, where the author has said nothing else."""
    named = ["chữ số", *(words for sign, words in SIGNS.items() if sign in seen.charset[3:])]
    told = named[0] if len(named) == 1 else f"{', '.join(named[:-1])} và {named[-1]}"
    return f"Tối đa {seen.max_chars} kí tự, gồm {told}."


Gaps = Mapping[str, tuple[int, SeenGap]]


def with_controls(html: str, gaps: Gaps) -> Markup:
    """The text with a list or a field in each of its gaps."""
    return Markup(_GAP.sub(lambda found: _control(gaps.get(unescape(found[1]))), html))


def _control(place: tuple[int, SeenGap] | None) -> str:
    if place is None:
        return '<span class="kt-gap">?</span>'
    number, gap = place
    if not gap.options:
        size = min(max(gap.length or 12, 3), 30)
        return (
            f'<input class="kt-gap" type="text" size="{size}" disabled '
            f'aria-label="Chỗ trống {number}">'
        )
    words = (escape(plain_text(option.body)[:LONGEST_IN_LIST]) for option in gap.options)
    offered = "".join(f"<option>{one}</option>" for one in words)
    return (
        f'<select class="kt-gap" aria-label="Chỗ trống {number}">'
        f'<option value="">({number}) chọn</option>{offered}</select>'
    )


def with_blanks(html: str, gaps: Gaps) -> Markup:
    """The text with numbered blanks; what is offered stands below it."""
    return Markup(_GAP.sub(lambda found: _blank(gaps.get(unescape(found[1]))), html))


def _blank(place: tuple[int, SeenGap] | None) -> str:
    return f"({place[0] if place else '?'}) ………………"

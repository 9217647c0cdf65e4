"""An item as its candidates will see it, with the controls drawn and switched off.

The editor, the item page and the reviewer's page all draw through here, so what is appraised is
what is sat. The markup is that of the player (class names on top of web/player/item.css). It is
built from `CandidateView`, so no key or rationale can slip into it.
"""

from __future__ import annotations

from markupsafe import Markup

from itembank.items.candidate_view import CandidateView, candidate_view
from itembank.items.content import ItemContent, StimulusContent

from ..pages import environment


def preview_html(
    content: ItemContent,
    number: int | None = None,
    points: str | None = None,
    stimulus: StimulusContent | None = None,
) -> Markup:
    """The `<article class="kt-item">` of an item, its shared material before it."""
    template = environment().get_template("bank/_preview.html")
    view: CandidateView = candidate_view(content)
    return Markup(
        template.render(
            seen=view.interaction, stem=view.stem, number=number, points=points, stimulus=stimulus
        )
    )

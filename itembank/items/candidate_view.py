"""What a candidate may see: a type of its own, with no key, rubric, rationale or scoring rule.

It is built field by field from the content; nothing is copied wholesale, so a field added to the
item model later stays unseen until somebody decides otherwise here.
"""

from __future__ import annotations

from collections.abc import Sequence

from .composite import (
    Asked,
    Associate,
    Composite,
    Drawing,
    Entry,
    PictureGaps,
    PictureLinks,
    PictureOrder,
    PicturePoints,
    Slider,
    Upload,
    WrittenText,
)
from .content import (
    Choice,
    Essay,
    Interaction,
    ItemContent,
    ShortAnswer,
    StimulusContent,
    TrueFalseCluster,
)
from .interactions import (
    Area,
    Cloze,
    GapMatch,
    Hotspot,
    Hottext,
    Match,
    MultipleChoice,
    Option,
    Order,
    Part,
    QtiOpaque,
    Recording,
)
from .seen import (
    CandidateView,
    Seen,
    SeenArea,
    SeenAsked,
    SeenAssociate,
    SeenChoice,
    SeenCloze,
    SeenCluster,
    SeenComposite,
    SeenEntry,
    SeenEssay,
    SeenGap,
    SeenGapMatch,
    SeenHotspot,
    SeenHottext,
    SeenInteraction,
    SeenMatch,
    SeenMultiple,
    SeenOpaque,
    SeenOrder,
    SeenPart,
    SeenPicture,
    SeenPiece,
    SeenPlace,
    SeenRecording,
    SeenShort,
    SeenSlider,
    SeenText,
    SeenUpload,
    StimulusView,
)

__all__ = [
    "CandidateView",
    "Seen",
    "SeenArea",
    "SeenAsked",
    "SeenAssociate",
    "SeenChoice",
    "SeenCloze",
    "SeenCluster",
    "SeenComposite",
    "SeenEntry",
    "SeenEssay",
    "SeenGap",
    "SeenGapMatch",
    "SeenHotspot",
    "SeenHottext",
    "SeenInteraction",
    "SeenMatch",
    "SeenMultiple",
    "SeenOpaque",
    "SeenOrder",
    "SeenPart",
    "SeenPicture",
    "SeenPiece",
    "SeenPlace",
    "SeenRecording",
    "SeenShort",
    "SeenSlider",
    "SeenText",
    "SeenUpload",
    "StimulusView",
    "candidate_view",
    "stimulus_view",
]


def candidate_view(content: ItemContent) -> CandidateView:
    return CandidateView(
        stem=content.stem,
        interaction=_seen(content.interaction),
        stimulus=content.stimulus,
        recording=_recording(content.recording),
    )


def stimulus_view(content: StimulusContent) -> StimulusView:
    return StimulusView(
        title=content.title, body=content.body, recording=_recording(content.recording)
    )


def _recording(recording: Recording | None) -> SeenRecording | None:
    if recording is None:
        return None
    return SeenRecording(src=recording.src, plays=recording.plays)


def _seen(interaction: Interaction) -> SeenInteraction:
    match interaction:
        case Choice():
            return SeenChoice(options=_options(interaction.options))
        case TrueFalseCluster():
            return SeenCluster(
                statements=tuple(SeenPart(id=s.id, body=s.body) for s in interaction.statements)
            )
        case ShortAnswer():
            return SeenShort(
                max_chars=interaction.max_chars,
                charset=interaction.charset,
                hint=interaction.hint,
            )
        case Essay():
            return SeenEssay(min_words=interaction.min_words, max_words=interaction.max_words)
        case _:
            return _seen_other(interaction)


def _seen_other(
    interaction: MultipleChoice
    | Cloze
    | Match
    | Order
    | Hotspot
    | GapMatch
    | Hottext
    | Composite
    | QtiOpaque,
) -> SeenInteraction:
    match interaction:
        case Composite():
            return SeenComposite(
                places=tuple(
                    SeenPlace(id=p.id, asks=_seen_asked(p.asks)) for p in interaction.places
                )
            )
        case Cloze():
            return SeenCloze(
                gaps=tuple(
                    SeenGap(id=gap.id, options=_options(gap.options), length=gap.length)
                    for gap in interaction.gaps
                )
            )
        case QtiOpaque():
            return SeenOpaque(interactions=interaction.interactions, body=interaction.body)
        case _:
            return _seen_single(interaction)


def _seen_single(
    interaction: MultipleChoice | Match | Order | Hotspot | GapMatch | Hottext,
) -> SeenMultiple | SeenMatch | SeenOrder | SeenHotspot | SeenGapMatch | SeenHottext:
    match interaction:
        case MultipleChoice():
            return SeenMultiple(
                options=_options(interaction.options),
                least=interaction.least,
                most=interaction.most,
            )
        case Match():
            return SeenMatch(
                rows=_pieces(interaction.rows),
                columns=_pieces(interaction.columns),
                most=interaction.most,
            )
        case Order():
            return SeenOrder(options=_options(interaction.options))
        case Hotspot():
            return _seen_hotspot(interaction)
        case GapMatch():
            return SeenGapMatch(
                pieces=_pieces(interaction.pieces), text=interaction.text, gaps=interaction.gaps
            )
        case Hottext():
            return SeenHottext(
                text=interaction.text,
                words=interaction.words,
                least=interaction.least,
                most=interaction.most,
            )


def _seen_asked(asks: Asked) -> SeenAsked:
    match asks:
        case Entry():
            return SeenEntry(options=_options(asks.options), length=asks.length)
        case WrittenText():
            return SeenText(length=asks.length)
        case Upload():
            return SeenUpload()
        case Slider():
            return SeenSlider(
                lower=asks.lower, upper=asks.upper, step=asks.step, vertical=asks.vertical
            )
        case Associate():
            return SeenAssociate(choices=_pieces(asks.choices), most=asks.most)
        case PicturePoints() | PictureOrder() | PictureLinks() | PictureGaps() | Drawing():
            return _seen_picture(asks)
        case _:
            return _seen_single(asks)


def _seen_picture(
    asks: PicturePoints | PictureOrder | PictureLinks | PictureGaps | Drawing,
) -> SeenPicture:
    return SeenPicture(
        kind=asks.type,
        picture=asks.picture,
        width=asks.width,
        height=asks.height,
        marker=asks.marker if isinstance(asks, PicturePoints) else "",
        areas=() if isinstance(asks, PicturePoints | Drawing) else _areas(asks.areas),
        pieces=_pieces(asks.pieces) if isinstance(asks, PictureGaps) else (),
        most=asks.most if isinstance(asks, PicturePoints | PictureLinks) else 0,
    )


def _seen_hotspot(interaction: Hotspot) -> SeenHotspot:
    return SeenHotspot(
        picture=interaction.picture,
        width=interaction.width,
        height=interaction.height,
        areas=_areas(interaction.areas),
        least=interaction.least,
        most=interaction.most,
    )


def _options(options: Sequence[Option]) -> tuple[SeenPart, ...]:
    return tuple(SeenPart(id=option.id, body=option.body) for option in options)


def _areas(areas: Sequence[Area]) -> tuple[SeenArea, ...]:
    return tuple(SeenArea(id=a.id, shape=a.shape, coords=a.coords, label=a.label) for a in areas)


def _pieces(parts: Sequence[Part]) -> tuple[SeenPiece, ...]:
    return tuple(SeenPiece(id=part.id, body=part.body, most=part.most) for part in parts)

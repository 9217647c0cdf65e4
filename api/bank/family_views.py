"""What the pages of item families show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from itembank.curriculum import SUBJECTS
from itembank.errors import Invalid
from itembank.families import repository
from itembank.families.instances import FAULT_NAMES, Instance, Stock, draw, stock
from itembank.families.models import FamilyVersion, ItemFamily
from itembank.families.repository import Made
from itembank.families.rules import can_change
from itembank.families.service import MOST_AT_ONCE, MOST_OF_A_FAMILY
from itembank.families.template import KINDS, FamilyTemplate, check
from itembank.families.writing import plain
from itembank.items.content import ItemContent
from itembank.items.html import plain_text
from itembank.permissions import Actor, require

from .family_form import TextField, rows_of, text_fields, typed_of
from .preview import preview_html

SHOWN = 4
BAR = 640  # width of the picture


@dataclass(frozen=True, slots=True)
class FamilyRow:
    family: ItemFamily
    subject: str
    words: str
    n_versions: int
    n_made: int


@dataclass(frozen=True, slots=True)
class FamiliesPage:
    rows: list[FamilyRow]


@dataclass(frozen=True, slots=True)
class Shown:
    """An instance as candidates would see it."""

    values: str
    content: ItemContent
    preview: Markup


@dataclass(frozen=True, slots=True)
class Share:
    """One piece of the bar: what, how many, where it is drawn."""

    name: str
    count: int
    x: float
    width: float
    is_fit: bool


@dataclass(frozen=True, slots=True)
class Trial:
    stock: Stock
    shares: list[Share]
    instances: list[Shown]
    seed: int


@dataclass(frozen=True, slots=True)
class FamilyPage:
    """`typed` is what the form holds; `trial` is None while it cannot be tried."""

    family: ItemFamily
    version: FamilyVersion
    subject: str
    kinds: Mapping[str, str]
    template: FamilyTemplate
    typed: Mapping[str, str]
    texts: list[TextField]
    variable_rows: range
    computed_rows: range
    trial: Trial | None
    made: list[Made]
    most: int
    seed: int
    problems: list[dict[str, str]]


def families_page(db: Session, actor: Actor) -> FamiliesPage:
    counts = repository.counts(db, actor.person_id)
    return FamiliesPage(
        [
            _row(db, one, counts.get(one.id, 0))
            for one in repository.families_of(db, actor.person_id)
        ]
    )


def _row(db: Session, family: ItemFamily, n_made: int) -> FamilyRow:
    newest = repository.newest_version(db, family)
    stem = repository.template_of(newest).content.stem
    subject = SUBJECTS.get(family.subject, family.subject)
    return FamilyRow(family, subject, plain_text(stem), newest.number, n_made)


def family_page(
    db: Session,
    actor: Actor,
    family: ItemFamily,
    *,
    typed: Mapping[str, str] | None = None,
    template: FamilyTemplate | None = None,
    problems: Sequence[dict[str, str]] = (),
    seed: int = 1,
) -> FamilyPage:
    """`typed` and `template` are those of a form that is being tried or was refused."""
    require(can_change(actor, family))
    version = repository.newest_version(db, family)
    saved = repository.template_of(version)
    shown = typed if typed is not None else typed_of(saved)
    tried = template or (saved if typed is None else None)
    made = repository.made_from(db, family)
    return FamilyPage(
        family=family,
        version=version,
        subject=SUBJECTS.get(family.subject, family.subject),
        kinds=KINDS,
        template=saved,
        typed=shown,
        texts=text_fields(saved),
        variable_rows=rows_of(shown, "bien", "ten"),
        computed_rows=rows_of(shown, "tinh", "ten"),
        trial=trial_of(tried, seed) if tried else None,
        made=made,
        most=max(min(MOST_AT_ONCE, MOST_OF_A_FAMILY - len(made)), 0),
        seed=seed,
        problems=list(problems),
    )


def trial_of(template: FamilyTemplate, seed: int) -> Trial | None:
    """What the template gives; None while something in it is missing."""
    try:
        check(template)
    except Invalid:
        return None
    told = stock(template)
    return Trial(told, _shares(told), [_shown(one) for one in draw(template, seed, SHOWN)], seed)


def _shown(one: Instance) -> Shown:
    values = ", ".join(f"{name} = {plain(value)}" for name, value in one.values.items())
    return Shown(values, one.content, preview_html(one.content))


def _shares(told: Stock) -> list[Share]:
    found: list[Share] = []
    at = 0.0
    counts = [("dùng được", told.n_fit), *((FAULT_NAMES[k], n) for k, n in told.faults.items())]
    for n, (name, count) in enumerate(counts):
        width = BAR * count / told.n_tried if told.n_tried else 0.0
        found.append(Share(name, count, round(at, 2), round(width, 2), n == 0))
        at += width
    return found

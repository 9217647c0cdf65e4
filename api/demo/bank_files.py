"""Reading the demo bank's files: light markup in YAML -> item contents, stimuli, pictures. Pure
but for reading the files themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import resources
from typing import Any

import yaml

from itembank.families.template import Computed, FamilyTemplate, Variable
from itembank.items.content import (
    OPTION_IDS,
    STATEMENT_IDS,
    Choice,
    Criterion,
    Essay,
    Interaction,
    ItemContent,
    Option,
    RubricLevel,
    ShortAnswer,
    Statement,
    StimulusContent,
    TrueFalseCluster,
)
from itembank.items.markup import to_html

DEMO = resources.files("api.demo")
BANK = DEMO / "bank"


@dataclass(frozen=True)
class DemoItem:
    """One entry of a file. `stimulus` is the code of a stimulus in the same file."""

    code: str
    content: ItemContent
    stimulus: str | None


@dataclass(frozen=True)
class WorkItem:
    """An item of the demo teacher that is on its way: draft, in_review or returned."""

    item: DemoItem
    fate: str


@dataclass
class DemoBank:
    items: list[DemoItem] = field(default_factory=list)
    stimuli: dict[str, StimulusContent] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)  # sha256 of the file -> its bytes
    stored_as: dict[str, str] = field(default_factory=dict)  # sha256 of the file -> as stored

    def picture(self, path: str) -> str:
        """The SHA-256 of a figure, which is thereby part of the bank."""
        body = (BANK / path).read_bytes()
        name = hashlib.sha256(body).hexdigest()
        self.pictures[name] = body
        return name

    def with_stored_pictures(self, html: str) -> str:
        """The same text, naming each picture as the bank stored it (made harmless, so other bytes)."""
        for name, stored in self.stored_as.items():
            html = html.replace(f"asset:{name}", f"asset:{stored}")
        return html

    def stored_content(self, entry: DemoItem, stimulus: str | None) -> ItemContent:
        dumped = self.with_stored_pictures(entry.content.model_dump_json(by_alias=True))
        return ItemContent.model_validate_json(dumped).model_copy(update={"stimulus": stimulus})


def open_work() -> list[WorkItem]:
    """The demo teacher's items on their way (`open-work.yaml`); they use no pictures."""
    document = yaml.safe_load((DEMO / "open-work.yaml").read_text(encoding="utf-8"))
    bank = DemoBank()
    return [
        WorkItem(
            DemoItem(e["code"], _content(e, document["subject"], bank.picture), None), e["fate"]
        )
        for e in document["items"]
    ]


def family_templates() -> list[FamilyTemplate]:
    """The demo teacher's item families (`families.yaml`); they use no pictures."""
    document = yaml.safe_load((DEMO / "families.yaml").read_text(encoding="utf-8"))
    bank = DemoBank()
    return [
        FamilyTemplate(
            content=_content(entry, document["subject"], bank.picture),
            variables=tuple(Variable.model_validate(v) for v in entry["variables"]),
            computed=tuple(Computed.model_validate(c) for c in entry.get("computed", ())),
            constraints=tuple(entry.get("constraints", ())),
            truths={
                name: s["truth"]
                for name, s in zip(STATEMENT_IDS, entry.get("statements", ()), strict=False)
                if "truth" in s
            },
            is_signed=entry.get("is_signed", True),
            most_denominator=entry.get("most_denominator", 50),
        )
        for entry in document["families"]
    ]


def read_bank() -> DemoBank:
    bank = DemoBank()
    for document in _documents():
        for entry in document.get("stimuli", ()):
            bank.stimuli[entry["code"]] = _stimulus(entry, document["subject"], bank.picture)
        for entry in document["items"]:
            content = _content(entry, document["subject"], bank.picture)
            bank.items.append(DemoItem(entry["code"], content, entry.get("stimulus")))
    return bank


def _documents() -> Iterator[dict[str, Any]]:
    for entry in sorted(BANK.iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".yaml"):
            yield yaml.safe_load(entry.read_text(encoding="utf-8"))


def _stimulus(
    entry: Mapping[str, Any], subject: str, picture: Callable[[str], str]
) -> StimulusContent:
    return StimulusContent(
        subject=subject, title=entry.get("title", ""), body=to_html(entry["body"], picture)
    )


def _content(entry: Mapping[str, Any], subject: str, picture: Callable[[str], str]) -> ItemContent:
    def html(text: str) -> str:
        return to_html(str(text), picture)

    return ItemContent(
        kind=entry["kind"],
        subject=subject,
        grade=entry["grade"],
        topic=entry["topic"],
        outcome=entry["outcome"],
        level=entry["level"],
        real_life=entry.get("real_life", False),
        minutes=Decimal(str(entry.get("minutes", "2"))),
        stem=html(entry["stem"]),
        solution=html(entry.get("solution", "")),
        interaction=_interaction(entry, html),
    )


def _interaction(entry: Mapping[str, Any], html: Callable[[str], str]) -> Interaction:
    match entry["kind"]:
        case "choice":
            return Choice(
                options=tuple(
                    Option(id=name, body=html(o["text"]), rationale=o["rationale"])
                    for name, o in zip(OPTION_IDS, entry["options"], strict=False)
                ),
                key=entry["key"],
            )
        case "tf_cluster":
            return TrueFalseCluster(
                statements=tuple(
                    Statement(id=name, body=html(s["text"]), key=s["key"], rationale=s["rationale"])
                    for name, s in zip(STATEMENT_IDS, entry["statements"], strict=False)
                )
            )
        case "short":
            return ShortAnswer(keys=(str(entry["key"]),))
        case _:
            return _essay(entry, html)


def _essay(entry: Mapping[str, Any], html: Callable[[str], str]) -> Essay:
    return Essay(
        max_words=entry.get("max_words"),
        rubric=tuple(
            Criterion(
                id=f"r{number}",
                criterion=row["criterion"],
                levels=tuple(
                    RubricLevel(points=Decimal(str(level["points"])), text=level["text"])
                    for level in row["levels"]
                ),
            )
            for number, row in enumerate(entry["rubric"], start=1)
        ),
        model_answer=html(entry.get("model_answer", "")),
    )

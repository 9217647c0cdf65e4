"""Items and papers of the bank as files of every format we write; shared by pages and commands."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from delivery.results.rescoring.keys import wider_key_of
from delivery.results.rescoring.models import KeyChange
from delivery.results.rescoring.repository import in_force
from itembank.errors import Invalid, msg
from itembank.exchange.aiken import export_aiken
from itembank.exchange.exported import ExportedFile
from itembank.exchange.found import RefusedPart
from itembank.exchange.gift import export_gift
from itembank.exchange.identity import identity_of
from itembank.exchange.moodle import export_moodle
from itembank.exchange.paper import (
    EDITABLE_IN_WORD,
    PRINTABLE,
    Heading,
    Paper,
    PrintedItem,
    PrintedPart,
    RuledKey,
    coded,
    item_list_xlsx,
    key_xlsx,
    paper_docx,
    paper_of_items,
    paper_pdf,
)
from itembank.exchange.qti import Asset, ExportedItem, export_qti
from itembank.exchange.sheets import export_xlsx
from itembank.forms import repository as forms
from itembank.forms.models import TestForm
from itembank.items import repository, service
from itembank.items.content import KIND_NAMES, ItemContent, canonical_bytes, version_name
from itembank.items.models import Item
from itembank.openings.states import EXPORTED
from itembank.permissions import Actor

Assets = Callable[[str], Asset | None]
MOST_CODES = 24
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "qti": "application/zip",
    "moodle": "application/xml",
    "gift": "text/plain; charset=utf-8",
    "aiken": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "list": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
SUFFIXES = {"docx": ".docx", "pdf": ".pdf", "qti": ".zip", "moodle": ".xml", "gift": ".gift",
            "aiken": ".txt", "xlsx": ".xlsx", "list": ".xlsx", "zip": ".zip"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class BankItem:
    """An item of the bank with the content that leaves."""

    item: Item
    content: ItemContent


def bank_assets(db: Session) -> Assets:
    def asset(sha256: str) -> Asset | None:
        found = repository.asset(db, sha256)
        return Asset(found.media_type, found.body) if found else None

    return asset


def opened(db: Session, actor: Actor, items: Sequence[Item], *, now: datetime) -> list[BankItem]:
    """Contents this person may read; each item that is not their own leaves a trace."""
    return [
        BankItem(item, service.open_content(db, actor, item, now=now, purpose=EXPORTED))
        for item in items
    ]


def export_items(db: Session, items: Sequence[BankItem], form: str) -> ExportedFile:
    """A file of items in one of `FORMATS`; what the format cannot hold is named."""
    if not items:
        raise Invalid("Không có câu nào để xuất.")
    return FORMATS[form](db, items)


def _exported(db: Session, items: Sequence[BankItem]) -> list[ExportedItem]:
    return [
        ExportedItem(
            one.item.code,
            one.content,
            repository.stimulus_version(db, one.content.stimulus) if one.content.stimulus else None,
        )
        for one in items
    ]


def _printed(db: Session, items: Sequence[BankItem], kinds: Sequence[str]) -> list[PrintedItem]:
    """With the name by which an edited file finds its items again."""
    return [
        PrintedItem(
            number,
            told.content,
            told.stimulus,
            str(identity_of(one.item.id, version_name(canonical_bytes(one.content)))),
        )
        for number, (one, told) in enumerate(zip(items, _exported(db, items), strict=True), start=1)
        if one.content.kind in kinds
    ]


def _not_printable(items: Sequence[BankItem], kinds: Sequence[str]) -> tuple[RefusedPart, ...]:
    return tuple(
        RefusedPart(
            msg("Câu {code}, không xuất", code=one.item.code),
            msg("Giấy chưa in được dạng «{kind}».", kind=msg(KIND_NAMES[one.content.kind])),
        )
        for one in items
        if one.content.kind not in kinds
    )


def _as_docx(db: Session, items: Sequence[BankItem]) -> ExportedFile:
    """A file to be edited and read again, so only kinds that Word gives back whole."""
    printed = _printed(db, items, EDITABLE_IN_WORD)
    body = paper_docx(paper_of_items(printed), assets=bank_assets(db), with_keys=True)
    return ExportedFile(body, len(printed), _not_printable(items, EDITABLE_IN_WORD))


def _as_pdf(db: Session, items: Sequence[BankItem]) -> ExportedFile:
    printed = _printed(db, items, PRINTABLE)
    body = paper_pdf(paper_of_items(printed), assets=bank_assets(db), with_keys=True)
    return ExportedFile(body, len(printed), _not_printable(items, PRINTABLE))


def _as_qti(db: Session, items: Sequence[BankItem]) -> ExportedFile:
    return ExportedFile(export_qti(_exported(db, items), assets=bank_assets(db)), len(items))


def _as_list(db: Session, items: Sequence[BankItem]) -> ExportedFile:
    return ExportedFile(item_list_xlsx(_exported(db, items)), len(items))


FORMATS: dict[str, Callable[[Session, Sequence[BankItem]], ExportedFile]] = {
    "docx": _as_docx,
    "pdf": _as_pdf,
    "qti": _as_qti,
    "moodle": lambda db, items: export_moodle(_exported(db, items), assets=bank_assets(db)),
    "gift": lambda db, items: export_gift(_exported(db, items)),
    "aiken": lambda db, items: export_aiken(_exported(db, items)),
    "xlsx": lambda db, items: export_xlsx(_exported(db, items)),
    "list": _as_list,
}


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """What stands on the paper, and under which test codes it is printed."""

    department: str
    school: str
    exam: str
    codes: tuple[str, ...]


def read_codes(text: str) -> tuple[str, ...]:
    """Test codes typed with commas or blanks; none means the order of the form itself."""
    codes = tuple(dict.fromkeys(text.replace(";", ",").replace(",", " ").split()))
    wrong = [code for code in codes if not (code.isascii() and code.isalnum() and len(code) <= 8)]
    if wrong:
        raise Invalid(
            msg("Mã đề «{code}» không dùng được; chỉ dùng chữ số và chữ cái.", code=wrong[0][:20])
        )
    if len(codes) > MOST_CODES:
        raise Invalid(msg("Mỗi lần in nhiều nhất {n} mã đề.", n=MOST_CODES))
    return codes


def form_papers(db: Session, form: TestForm, subject: str, order: PrintOrder) -> list[Paper]:
    """The form once for each code. The order of a code follows from the form's hash alone."""
    paper = _paper_of_form(db, form, subject, order)
    if not order.codes:
        return [paper]
    return [coded(paper, code, seed=form.hash or str(form.id)) for code in order.codes]


def _paper_of_form(db: Session, form: TestForm, subject: str, order: PrintOrder) -> Paper:
    structure = forms.structure_of(form)
    entries = forms.entries(db, form.id)
    shared = forms.stimuli(db, {e.content.stimulus for e in entries if e.content.stimulus})
    decided = in_force(db, form.id)
    parts = tuple(
        PrintedPart(
            part.code,
            part.title,
            part.instruction_text(),
            tuple(
                PrintedItem(
                    e.place.number,
                    e.content,
                    shared.get(e.content.stimulus or ""),
                    ruled=_ruled(db, e, decided.get(e.place.id)),
                )
                for e in entries
                if e.place.part == part.code
            ),
        )
        for part in structure.parts
    )
    heading = Heading(
        order.department, order.school, order.exam or form.title, subject, structure.minutes
    )
    return Paper(heading, parts)


def _ruled(db: Session, entry: forms.FormEntry, change: KeyChange | None) -> RuledKey | None:
    """What a decision after the examination made of the key, for the sheet of keys."""
    if change is None:
        return None
    if change.version_hash is None:
        return RuledKey(entry.content, is_full_marks=True)
    return RuledKey(repository.read_version(db, change.version_hash), wider_key_of(change))


def papers_file(db: Session, papers: Sequence[Paper], form: str, name: str) -> tuple[bytes, str]:
    """The papers and what they are: one file, or a zip where there are several codes."""
    if form == "keys":
        return key_xlsx(papers), "xlsx"
    write = paper_docx if form == "docx" else paper_pdf
    assets = bank_assets(db)
    if len(papers) == 1:
        return write(papers[0], assets=assets), form
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for paper in papers:
            code = paper.heading.code if paper.heading else ""
            archive.writestr(f"{name}-{code}.{form}", write(paper, assets=assets))
        archive.writestr(f"{name}-dap-an.xlsx", key_xlsx(papers))
    return out.getvalue(), "zip"

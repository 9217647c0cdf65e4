"""The centre takes results in: verify, unite, all of a file or nothing; asking twice changes nothing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, tuple_, update
from sqlalchemy.orm import Session

from delivery.packages import keys
from delivery.packages.bundle import Bundle, facts_root, unpack
from delivery.packages.envelope import RESULTS, Envelope, file_hash, unwrap, verify
from delivery.packages.errors import DamagedFile, ResultsConflict
from delivery.packages.fact_tables import BACK, FactTable
from delivery.packages.keys import CentreKeys
from delivery.packages.repository import batches
from delivery.packages.rows import Row, key_of, row_in, row_out
from delivery.sittings.repository import sitting_of
from itembank import audit
from itembank.errors import Message, msg, problem
from itembank.permissions import Actor, require

from . import repository, rules
from .merging import MOST_TOLD, Clash, Union, union
from .models import ResultMerge, SiteEvent, SitePackage
from .service import package_by_text


@dataclass(frozen=True, slots=True)
class Opened:
    """A result file that is what it says it is."""

    package: SitePackage
    manifest: dict[str, Any]
    bundle: Bundle


@dataclass(frozen=True, slots=True)
class Merged:
    """What a file brought. `was_known` when this very file had been taken in before."""

    package: SitePackage
    fresh: int
    known: int
    facts_root: str
    was_known: bool


def open_results(db: Session, data: bytes, centre: CentreKeys) -> Opened:
    """Check the signature of the package's key, open the seal, check the facts' own hash."""
    envelope: Envelope = unwrap(RESULTS, data)
    package = package_by_text(db, _told(envelope).get("package"))
    manifest = verify(envelope, keys.verifier(package.verify_key))
    bundle = unpack(keys.opened_by(centre.identity, envelope.sealed))
    if facts_root(bundle.tables) != manifest["facts_root"]:
        raise DamagedFile("Nội dung tệp kết quả không khớp với mã băm ghi trên tệp.")
    _check_scope(bundle, package)
    return Opened(package, manifest, bundle)


def _told(envelope: Envelope) -> dict[str, Any]:
    try:
        return dict(envelope.manifest)
    except (ValueError, TypeError):
        raise DamagedFile("Tệp bị hỏng hoặc bị cắt bớt; sao chép lại từ bản gốc.") from None


def _check_scope(bundle: Bundle, package: SitePackage) -> None:
    """A site speaks of its own sitting and of no table it has no business with."""
    own = str(package.sitting_id)
    strange = set(bundle.tables) - {fact.name for fact in BACK}
    elsewhere = any(
        row.get("sitting_id", own) != own for rows in bundle.tables.values() for row in rows
    )
    if strange or elsewhere or any(row["id"] != own for row in bundle.tables.get("sitting", [])):
        raise DamagedFile("Tệp kết quả nói về dữ liệu ngoài ca thi của gói này; không nhận.")


def merge_results(
    db: Session, actor: Actor | None, data: bytes, centre: CentreKeys, *, now: datetime
) -> Merged:
    """Unite the file with what is here. `actor` is None for a box that sends its own results."""
    opened = open_results(db, data, centre)
    package, name = opened.package, file_hash(data)
    if actor is not None:
        require(rules.can_merge(actor, sitting_of(db, package.sitting_id)))
    root = opened.manifest["facts_root"]
    if repository.merge_of_file(db, package.id, name) is not None:
        return Merged(package, 0, opened.bundle.n_rows, root, was_known=True)
    unions = [(fact, _united(db, fact, opened.bundle.tables[fact.name])) for fact in BACK]
    _check_clashes([clash for _, one in unions for clash in one.clashes])
    for fact, one in unions:
        _write(db, fact, one)
    _keep_events(db, package, opened)
    merged = Merged(package, sum(len(u.fresh) for _, u in unions), sum(u.known for _, u in unions),
                    root, was_known=False)  # fmt: skip
    _note(db, actor, merged, name, now)
    return merged


def _united(db: Session, fact: FactTable, came: list[Row]) -> Union:
    here: dict[tuple[Any, ...], Row] = {}
    for some in batches(came):
        query = select(fact.table).where(_is_one_of(fact, some))
        rows = [row_out(dict(row)) for row in db.execute(query).mappings()]
        here |= {key_of(fact.table, row): row for row in rows}
    found = union(fact, here, came)
    return found if fact.name != "attempt" else _one_attempt_each(db, fact, found)


def _is_one_of(fact: FactTable, rows: Any) -> ColumnElement[bool]:
    columns = list(fact.table.primary_key.columns)
    typed = [row_in(fact.table, {c.name: row[c.name] for c in columns}) for row in rows]
    return tuple_(*columns).in_([tuple(one[c.name] for c in columns) for one in typed])


def _one_attempt_each(db: Session, fact: FactTable, found: Union) -> Union:
    """A candidate who also sat elsewhere has two attempts; no merge may choose between them."""
    column = fact.table.c.candidate_id
    came = [uuid.UUID(row["candidate_id"]) for row in found.fresh]
    taken = {str(one) for one in db.scalars(select(column).where(column.in_(came)))}
    twice = [Clash(fact.name, row["id"], ("candidate_id",)) for row in found.fresh
             if row["candidate_id"] in taken]  # fmt: skip
    return Union(found.fresh, found.changed, found.known, (*found.clashes, *twice))


def _check_clashes(clashes: list[Clash]) -> None:
    if not clashes:
        return
    raise ResultsConflict(
        msg(
            "Tệp kết quả mâu thuẫn với dữ liệu đã có ở {n} chỗ; chưa nhận gì. Giữ nguyên tệp và báo "
            "hội đồng thi.",
            n=len(clashes),
        ),
        problems=[
            problem(Message(f"{c.table} {c.key}"), msg("khác nhau ở: {columns}", columns=", ".join(c.columns)))
            for c in clashes[:MOST_TOLD]
        ],
    )  # fmt: skip


def _write(db: Session, fact: FactTable, one: Union) -> None:
    table = fact.table
    for some in batches(one.fresh):
        db.execute(insert(table), [row_in(table, row) for row in some])
    for row in one.changed:
        db.execute(update(table).where(_is_one_of(fact, [row])).values(row_in(table, row)))


def _keep_events(db: Session, package: SitePackage, opened: Opened) -> None:
    """The box's own record, beside ours: it is evidence, not our record."""
    box = uuid.UUID(opened.manifest["box"])
    query = select(SiteEvent.seq).where(SiteEvent.package_id == package.id, SiteEvent.box == box)
    known = set(db.scalars(query))
    rows = [
        {**row_in(SiteEvent.__table__, row), "package_id": package.id, "box": box}  # type: ignore[arg-type]
        for row in opened.bundle.beside["events"]
        if row["seq"] not in known
    ]
    if rows:
        db.execute(insert(SiteEvent), rows)


def _note(db: Session, actor: Actor | None, merged: Merged, name: str, now: datetime) -> None:
    package = merged.package
    db.add(
        ResultMerge(
            package_id=package.id, file_hash=name, facts_root=merged.facts_root,
            fresh=merged.fresh, known=merged.known,
            merged_by=actor.person_id if actor else None, at=now,
        )
    )  # fmt: skip
    db.flush()
    after = {"fresh": merged.fresh, "known": merged.known, "root": merged.facts_root}
    audit.record(db, actor, "results.merged", "sitting", package.sitting_id, now=now, after=after)

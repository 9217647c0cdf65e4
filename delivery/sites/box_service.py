"""The box's verbs: receive a package, open it with code and two people, seal the results."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from delivery.packages import keys
from delivery.packages.bundle import Bundle, facts_root, pack, unpack
from delivery.packages.envelope import PACKAGE, RESULTS, unwrap, verify, wrap
from delivery.packages.errors import NotExamMode
from delivery.packages.keys import PublicKeys
from delivery.packages.release_code import read_code
from delivery.packages.repository import facts_of, store_rows
from delivery.packages.rows import row_out
from delivery.sittings.repository import sitting_of
from itembank import audit
from itembank.errors import Conflict, Invalid, problem
from itembank.permissions import Actor, require

from . import repository, rules
from .exam_mode import Box, exam_mode_problems
from .models import HeldPackage, SealedResult
from .repository import count_of

VerifyPassword = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Opener:
    """One of the two people at the box, with the password of their slip."""

    username: str
    password: str


def receive(
    db: Session, data: bytes, centre: PublicKeys, box: Box, *, now: datetime
) -> HeldPackage:
    """Keep a package, still sealed. The same file again is the same package."""
    manifest = verify(unwrap(PACKAGE, data), keys.verifier(centre.verify_key))
    _check_exam_mode(box, manifest)
    package_id = uuid.UUID(manifest["package"])
    known = db.get(HeldPackage, package_id)
    if known is not None:
        return known
    held = HeldPackage(
        id=package_id, sitting_id=uuid.UUID(manifest["sitting"]["id"]), manifest=manifest,
        file=data, received_at=now,
    )  # fmt: skip
    db.add(held)
    db.flush()
    after = {"number": manifest["number"], "site": manifest["site"]["code"]}
    audit.record(db, None, "package.received", "held_package", held.id, now=now, after=after)
    return held


def _check_exam_mode(box: Box, manifest: dict[str, Any]) -> None:
    found = exam_mode_problems(box, manifest["build"])
    if found:
        raise NotExamMode("Máy này không được phép tổ chức thi bằng gói này.", problems=found)


def unsealed(held: HeldPackage, centre: PublicKeys, code: str, *, identity: str | None) -> Bundle:
    """The inside of a package, in memory only. Slow on purpose: about a second."""
    typed = read_code(code)
    envelope = unwrap(PACKAGE, held.file)
    manifest = verify(envelope, keys.verifier(centre.verify_key))
    sealed = envelope.sealed
    if manifest["sealed_to_box"]:
        if identity is None:
            raise Conflict(
                "Gói này niêm phong cho khoá riêng của máy điểm thi; khởi động lại với tệp khoá đó.",
                code="box_key_missing",
            )
        sealed = keys.opened_by(identity, sealed)
    return unpack(keys.opened_with_code(sealed, typed))


def check_may_open(held: HeldPackage, box: Box, *, now: datetime) -> None:
    """Asked before the slow unsealing, and again inside the transaction that stores."""
    opens_at = datetime.fromisoformat(held.manifest["opens_at"])
    require(rules.can_open_package(opens_at, held.opened_at, now=now))
    _check_exam_mode(box, held.manifest)


def open_package(
    db: Session,
    package_id: uuid.UUID,
    inside: Bundle,
    openers: Sequence[Opener],
    box: Box,
    *,
    verify_password: VerifyPassword,
    now: datetime,
) -> HeldPackage:
    """Everything of the package comes into the database, in the caller's one transaction."""
    held = repository.held_package(db, package_id, lock=True)
    check_may_open(held, box, now=now)
    if repository.held_for_sitting(db, held.sitting_id) is not None:
        raise Conflict("Máy này đã mở một gói khác của ca thi này.", code="sitting_open")
    names = _two_people(inside, openers, verify_password)
    store_rows(db, inside.tables)
    held.opened_at = now
    held.signing_seed = inside.beside["signing_seed"]
    db.flush()
    audit.record(
        db, None, "package.opened", "held_package", held.id, now=now, after={"by": sorted(names)}
    )
    return held


def _two_people(
    inside: Bundle, openers: Sequence[Opener], verify_password: VerifyPassword
) -> set[str]:
    """Different people of the package's own staff, each with their password."""
    known = {row["username"]: row["password_hash"] for row in inside.tables["person"]}
    wrong = [
        problem(f"password{n}", "Tên đăng nhập hoặc mật khẩu không đúng với phiếu giám thị.")
        for n, opener in enumerate(openers, start=1)
        if not _fits(known.get(opener.username), opener.password, verify_password)
    ]
    names = {opener.username for opener in openers}
    if not wrong and len(names) < rules.PEOPLE_NEEDED:
        wrong = [problem("username2", "Cần hai người khác nhau.")]
    if wrong:
        raise Invalid("Chưa mở được gói.", code="openers_wrong", problems=wrong)
    return names


def _fits(stored: str | None, password: str, verify_password: VerifyPassword) -> bool:
    return stored is not None and verify_password(stored, password)


# --- results ----------------------------------------------------------------------------------


def seal_results(
    db: Session, actor: Actor | None, held: HeldPackage, box: Box, *, now: datetime
) -> SealedResult:
    """One file with every fact of the sitting, for the centre's eyes only.

    Sealing again gives the same file, unless facts have come since.
    """
    sitting = sitting_of(db, held.sitting_id)
    require(rules.can_seal(actor, sitting))
    tables = facts_of(db, sitting.id)
    root = facts_root(tables)
    for earlier in repository.sealed_results(db, held.id):
        if earlier.facts_root == root:
            return earlier
    made = SealedResult(
        package_id=held.id, facts_root=root, file=_result_file(db, held, tables, root, box, now),
        sealed_by=actor.person_id if actor else None, sealed_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    audit.record(
        db, actor, "results.sealed", "sitting", sitting.id, now=now, after={"facts_root": root}
    )
    return made


def _result_file(
    db: Session,
    held: HeldPackage,
    tables: dict[str, list[dict[str, Any]]],
    root: str,
    box: Box,
    now: datetime,
) -> bytes:
    if held.signing_seed is None:
        raise Conflict("Gói này chưa mở nên chưa có kết quả.", code="package_sealed")
    count = count_of(db, held.sitting_id)
    manifest = {
        "package": str(held.id),
        "sitting": str(held.sitting_id),
        "box": str(held.box),
        "build": box.build,
        "database": box.database,
        "facts_root": root,
        "candidates": count.candidates,
        "submitted": count.submitted,
        "running": count.running,
        "rows": {name: len(rows) for name, rows in tables.items()},
        "sealed_at": row_out({"at": now})["at"],
    }
    plain = pack(Bundle(tables, {"events": _events(db)}))
    sealed = keys.sealed_to(held.manifest["centre"]["recipient"], plain)
    return wrap(RESULTS, manifest, sealed, keys.signing_key(held.signing_seed))


def _events(db: Session) -> list[dict[str, Any]]:
    return [
        row_out(
            {
                "seq": event.seq, "at": event.at, "actor_name": event.actor_name,
                "action": event.action, "object_type": event.object_type,
                "object_id": event.object_id,
                "told": row_out({"actor": event.actor_id, "before": event.before,
                                 "after": event.after, "reason": event.reason}),
            }
        )
        for event in repository.audit_events(db)
    ]  # fmt: skip

"""What goes into a package: the files, and what its manifest says of them."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..exchange.exported import Asset, ExportedItem
from ..exchange.qti import export_qti
from ..items import repository as items
from ..items.content import read_item, read_stimulus
from ..permissions import Actor
from . import package, repository
from .gates import Report
from .minutes import Minutes
from .minutes_docx import minutes_docx
from .models import AppraisalMinutes, Quota
from .quotas import Standing


def contents_hash(versions: Iterable[str]) -> str:
    """One name for a set of versions, whatever their order."""
    return hashlib.sha256("\n".join(sorted(versions)).encode()).hexdigest()


def files_of(db: Session, report: Report, minutes: AppraisalMinutes) -> dict[str, bytes]:
    """Stored bytes of every version and its material, the same for other programs, the minutes."""
    stored = {v.hash: v for v in repository.versions(db, [ln.version_hash for ln in report.lines])}
    material = _material(db, report)
    files = {_item_file(name): version.stored for name, version in stored.items()}
    files |= {_stimulus_file(name): body for name, body in material.items()}
    exported = [_exported(ln.item.code, stored[ln.version_hash].stored, material)
                for ln in report.lines]  # fmt: skip
    files[package.QTI] = export_qti(exported, assets=lambda name: _asset(db, name))
    files[package.MINUTES] = minutes_docx(Minutes.model_validate(minutes.told))
    return files


def _material(db: Session, report: Report) -> dict[str, bytes]:
    versions = repository.versions(db, [line.version_hash for line in report.lines])
    names = sorted({v.stimulus_version for v in versions if v.stimulus_version})
    return {one.hash: one.stored for one in repository.stimulus_versions(db, names)}


def _exported(code: str, stored: bytes, material: dict[str, bytes]) -> ExportedItem:
    content = read_item(stored)
    shared = read_stimulus(material[content.stimulus]) if content.stimulus else None
    return ExportedItem(code, content, shared)


def _asset(db: Session, sha256: str) -> Asset | None:
    found = items.asset(db, sha256)
    return Asset(found.media_type, found.body) if found else None


def manifest_of(
    db: Session,
    quota: Quota,
    report: Report,
    actor: Actor,
    note: str,
    handover_id: uuid.UUID,
    now: datetime,
) -> dict[str, Any]:
    """Everything but the list of files and the key, which `package.build` adds."""
    numbers = {
        v.hash: v.number for v in repository.versions(db, [ln.version_hash for ln in report.lines])
    }
    return {
        "handover": str(handover_id),
        "sent_at": now.isoformat(),
        "sent_by": {"name": actor.name, "unit": actor.unit_name},
        "note": note.strip(),
        "quota": {
            "title": quota.title,
            "number": quota.number,
            "subject": quota.subject,
            "grade": quota.grade,
            "on_shortage": quota.on_shortage,
            "reason": quota.reason,
            "cells": [_cell(standing) for standing in report.standings],
        },
        "items": [
            {
                "code": line.item.code,
                "version": line.version_hash,
                "number": numbers[line.version_hash],
                "kind": line.item.kind,
                "topic": line.topic,
                "level": line.level,
                "file": _item_file(line.version_hash),
            }
            for line in report.lines
        ],
        "stimuli": [
            {"version": name, "file": _stimulus_file(name)} for name in _material(db, report)
        ],
    }


def _cell(standing: Standing) -> dict[str, Any]:
    cell = standing.cell
    return {
        "topic": cell.topic,
        "level": cell.level,
        "needed": cell.count,
        "available": standing.available,
        "short": standing.short,
    }


def _item_file(name: str) -> str:
    return f"{package.ITEMS}/{name}.json"


def _stimulus_file(name: str) -> str:
    return f"{package.STIMULI}/{name}.json"

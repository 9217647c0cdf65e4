"""Sealing the record of who did what: chained, signed, and a copy of the head sent outside."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from itembank.audit_chain import service
from itembank.audit_chain.heads import TreeHead

from .db import Database
from .settings import Settings
from .site.key_files import audit_seed


def seal_record(
    database: Database, settings: Settings, *, now: datetime, everything: bool = False
) -> TreeHead | None:
    """Chain what is committed, a piece a transaction, and sign. None: nothing was ever recorded."""
    chained = service.MOST_AT_ONCE
    while chained == service.MOST_AT_ONCE:
        with database.write() as db:
            chained = service.chain_committed(db, everything=everything)
    with database.write() as db:
        head = service.sign_head(db, audit_seed(settings.audit_key_file), now=now)
    if head is not None and settings.audit_heads_folder:
        send_outside(head, Path(settings.audit_heads_folder))
    return head


def send_outside(head: TreeHead, folder: Path) -> Path:
    """One file for each head, named by how far it reaches; what lies there is not written over."""
    file = folder / f"{head.size:012}-{head.root[:16]}.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(".part")
        half.write_text(head.text, encoding="utf-8")
        os.replace(half, file)
    return file

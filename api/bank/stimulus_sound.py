"""The recording of shared material as its form sends it: a file once, then its name, plays, words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Form, UploadFile
from sqlalchemy.orm import Session

from itembank.errors import Invalid, problem
from itembank.items import service, sounds
from itembank.items.interactions import Recording
from itembank.permissions import Actor

NAME = re.compile(r"[0-9a-f]{64}")
PLAYS = {"1": 1, "2": 2, "3": 3, "0": None}  # 0: any number of times
LONGEST_TRANSCRIPT = 20_000


@dataclass(frozen=True, slots=True)
class SoundFields:
    name: str
    plays: str
    transcript: str
    file: UploadFile | None

    def typed(self) -> dict[str, str]:
        return {"am_thanh": self.name, "nghe": self.plays, "loi_thoai": self.transcript}


def sound_fields(
    am_thanh: Annotated[str, Form()] = "",
    nghe: Annotated[str, Form()] = "2",
    loi_thoai: Annotated[str, Form()] = "",
    am: UploadFile | None = None,
) -> SoundFields:
    return SoundFields(am_thanh, nghe, loi_thoai[:LONGEST_TRANSCRIPT], am)


def typed_of(recording: Recording | None) -> dict[str, str]:
    """The fields as they stand before anything is typed."""
    if recording is None:
        return {"am_thanh": "", "nghe": "2", "loi_thoai": ""}
    plays = next((code for code, n in PLAYS.items() if n == recording.plays), "2")
    name = recording.src.removeprefix("asset:")
    return {"am_thanh": name, "nghe": plays, "loi_thoai": recording.transcript}


def recording_of(typed: Mapping[str, str]) -> Recording | None:
    if not NAME.fullmatch(typed["am_thanh"]):
        return None
    plays = PLAYS.get(typed["nghe"], 2)
    transcript = typed["loi_thoai"].replace("\r\n", "\n")
    return Recording(src=f"asset:{typed['am_thanh']}", plays=plays, transcript=transcript)


def stored_name(db: Session, actor: Actor, file: UploadFile | None, *, now: datetime) -> str:
    """The name under which the bank keeps the sound that was sent."""
    if file is None or not file.filename:
        raise Invalid("Chưa có tệp âm thanh.", problems=[problem("am", "Chọn tệp âm thanh.")])
    asset = service.add_sound(db, actor, file.file.read(sounds.MOST_BYTES + 1), now=now)
    return asset.sha256

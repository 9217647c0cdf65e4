"""What a machine says of itself before the day: bounded, and believed only as far as that."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from itembank.errors import Invalid, msg, problem

MOST_BYTES = 4000
Count = Annotated[int, Field(ge=0, le=1_000_000_000, strict=True)]
Pixels = Annotated[int, Field(ge=0, le=100_000, strict=True)]
Milliseconds = Annotated[int, Field(ge=-(10**13), le=10**13, strict=True)]
Typed = Annotated[str, StringConstraints(max_length=80, pattern=r"^[^\x00]*$")]
Machine = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{32})?$")]


class Measured(BaseModel):
    """One look at one machine. None: not tried, or the browser does not tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    machine: Machine = ""  # the same whenever the same browser is asked; says nothing else
    width: Pixels
    height: Pixels
    latency_ms: Count | None = None
    clock_ms: Milliseconds | None = None  # the machine's clock minus the server's
    kilobits: Count | None = None  # a second
    store: Literal["database", "plain", "none"]
    has_room: bool  # some megabytes were written, read back and taken away
    free_megabytes: Count | None = None
    sound_formats: Annotated[tuple[Literal["mp3", "m4a", "ogg", "wav"], ...], Field(max_length=4)]
    was_heard: bool | None = None
    typed: Typed | None = None
    keys: Literal["as_printed", "otherwise", "unknown"] = "unknown"
    has_font: bool
    draws_formulas: bool
    looks_right: bool | None = None
    safe_exam_browser: bool = False


def read_measured(body: bytes) -> Measured:
    """What a page sent, or a refusal that repeats nothing of it."""
    if len(body) > MOST_BYTES:
        raise _unreadable("Dữ liệu gửi lên lớn quá mức cho phép.")
    try:
        return Measured.model_validate_json(body)
    except ValidationError as error:
        places = ", ".join(
            str(e["loc"][0])
            for e in error.errors()[:5]
            if e["loc"] and e["type"] != "extra_forbidden"
        )
        raise _unreadable("Giá trị này không đọc được; sửa rồi gửi lại.", places) from error  # fmt: skip


def _unreadable(what: str, where: str = "") -> Invalid:
    return Invalid(
        "Dữ liệu gửi lên không đúng dạng.",
        code="unreadable",
        problems=[problem(msg("{path}", path=where or "measured"), what)],
    )

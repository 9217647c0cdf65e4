"""Every setting in one table: name, default, help. Read once, passed on, never looked up again."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

PREFIX = "KHAOTHI_"


def _setting(default: Any, help_: str) -> Any:
    return field(default=default, metadata={"help": help_})


@dataclass(frozen=True)
class Settings:
    database_url: str = _setting(
        "sqlite:///var/khaothi.db",
        "Database: sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME",
    )
    public_origin: str = _setting(
        "", "The address people type, e.g. https://thi.example.vn; empty: taken from each request"
    )
    secure_cookies: bool = _setting(
        False, "Serve behind TLS: cookies become Secure and take the __Host- prefix"
    )
    session_hours: int = _setting(12, "Hours until a staff sign-in ends by itself")
    sign_in_tries: int = _setting(20, "Failed sign-ins per account or candidate number and hour")
    max_picture_bytes: int = _setting(5_000_000, "Largest picture an author may add")
    max_import_bytes: int = _setting(20_000_000, "Largest roster or response file")
    same_school_reviewers: bool = _setting(
        False, "Let people of the author's school appraise (rehearsals only)"
    )
    worker_in_process: bool = _setting(True, "Run background jobs inside `khaothi serve`")
    department_name: str = _setting("Sở GDĐT Hải Phòng", "Name shown at the head of printed papers")


def setting_fields() -> tuple[Field[Any], ...]:
    """The table itself, for `--help`, the settings page and the documentation."""
    return fields(Settings)


def from_env(env: Mapping[str, str] = os.environ, **overrides: Any) -> Settings:
    """Settings from KHAOTHI_* variables; an unreadable value is an error, not a default."""
    found: dict[str, Any] = {}
    for spec in fields(Settings):
        raw = env.get(PREFIX + spec.name.upper())
        if raw is not None:
            found[spec.name] = _parse(spec.name, raw, type(spec.default))
    return Settings(**{**found, **overrides})


def _parse(name: str, raw: str, kind: type) -> Any:
    if kind is bool:
        if raw.lower() in {"1", "true", "yes", "on"}:
            return True
        if raw.lower() in {"0", "false", "no", "off"}:
            return False
        raise ValueError(f"{PREFIX}{name.upper()} must be true or false, not {raw!r}")
    try:
        return kind(raw)
    except ValueError as error:
        raise ValueError(f"{PREFIX}{name.upper()} cannot be read: {raw!r}") from error


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite address; None for other databases and for memory."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or url in {prefix, prefix + ":memory:"}:
        return None
    return Path(url.removeprefix(prefix))

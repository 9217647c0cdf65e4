"""The settings of the server, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from ..settings import Settings, setting_fields


@dataclass(frozen=True, slots=True)
class SettingRow:
    variable: str
    value: str
    help: str


def settings_rows(settings: Settings) -> list[SettingRow]:
    return [
        SettingRow(
            variable=f"KHAOTHI_{spec.name.upper()}",
            value=_shown(spec.name, getattr(settings, spec.name)),
            help=spec.metadata["help"],
        )
        for spec in setting_fields()
    ]


def _shown(name: str, value: object) -> str:
    """A database address may hold a password, and a page is no place for one."""
    text = str(value)
    if name == "database_url" and "@" in text:
        scheme, _, rest = text.partition("://")
        return f"{scheme}://…@{rest.rpartition('@')[2]}"
    return text or "–"

"""Where keys lie: files that only the program's own user may read, never the database."""

from __future__ import annotations

import os
from pathlib import Path

from pyrage import x25519

from delivery.packages.keys import (
    CentreKeys,
    PublicKeys,
    centre_keys_text,
    new_centre_keys,
    read_centre_keys,
    read_public_keys,
)
from itembank.errors import NotFound, msg
from itembank.signing import new_seed


def centre_keys(file: str | Path) -> CentreKeys:
    """The centre's keys; made the first time they are asked for."""
    path = Path(file)
    if not path.exists():
        _write_privately(path, centre_keys_text(new_centre_keys()))
    return read_centre_keys(path.read_text(encoding="utf-8"))


def known_centre_keys(file: str | Path) -> CentreKeys:
    """The centre's keys where they must be there already: results are sealed to them."""
    path = Path(file)
    if not path.exists():
        raise NotFound(msg("Không có tệp khoá của trung tâm {file}.", file=path))
    return read_centre_keys(path.read_text(encoding="utf-8"))


def audit_seed(file: str | Path) -> str:
    """What signs the heads of the audit record here; made the first time."""
    path = Path(file)
    if not path.exists():
        _write_privately(path, f"{new_seed()}\n")
    return path.read_text(encoding="utf-8").strip()


def public_keys(given: str) -> PublicKeys:
    """The centre's public keys: the line itself, or a file that holds it."""
    path = Path(given)
    is_file = len(given) < 1000 and path.is_file()
    return read_public_keys(path.read_text(encoding="utf-8") if is_file else given)


def box_identity(file: str | Path) -> str:
    """The box's own age identity; made the first time."""
    path = Path(file)
    if not path.exists():
        _write_privately(path, f"{x25519.Identity.generate()}\n")
    return path.read_text(encoding="utf-8").strip()


def box_recipient(identity: str) -> str:
    """What the box tells the centre, so that packages are sealed to it."""
    return str(x25519.Identity.from_str(identity).to_public())


def _write_privately(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())

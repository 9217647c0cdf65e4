"""The signed package: a zip whose manifest names every file by its SHA-256. Pure: bytes in, bytes out.

manifest.json       what it is, what is in it, the hash and size of every other file
chu-ki.txt          Ed25519 signature of the manifest, hexadecimal
cau-hoi/<hash>.json the stored bytes of each version; their SHA-256 is the version's name
ngu-lieu/…          shared material the versions stand on, likewise
qti.zip             the same items for other programs
bien-ban.docx       the minutes of the appraisal
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ..errors import Invalid, Problem, msg
from ..exchange.guards import SafeZip, open_zip
from ..exchange.zip_writer import zipped
from ..signing import is_signed, verify_key_of

FORMAT = "khaothi-handover 1"
MANIFEST, SIGNATURE = "manifest.json", "chu-ki.txt"
ITEMS, STIMULI, QTI, MINUTES = "cau-hoi", "ngu-lieu", "qti.zip", "bien-ban.docx"
MOST_MANIFEST_BYTES = 20_000_000


class DamagedPackage(Invalid):
    """Not a package of ours, changed on the way, or signed by somebody else."""

    default_code = "package_damaged"


@dataclass(frozen=True, slots=True)
class Checked:
    """A package found true: what its manifest says and who signed it."""

    manifest: Mapping[str, Any]
    verify_key: str

    @property
    def n_items(self) -> int:
        return len(self.manifest["items"])


def build(told: Mapping[str, Any], files: Mapping[str, bytes], key: Ed25519PrivateKey) -> bytes:
    """The zip. The same content under the same key gives the same bytes."""
    named = {name: {"sha256": sha256(body), "size": len(body)} for name, body in files.items()}
    whole = {**told, "format": FORMAT, "verify_key": verify_key_of(key), "files": named}
    manifest = json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=1).encode()
    signature = key.sign(_signed(manifest)).hex().encode() + b"\n"
    return zipped({MANIFEST: manifest, SIGNATURE: signature, **files})


def check(data: bytes, expected_key: str | None = None) -> Checked:
    """The package, once every byte of it has been found true; DamagedPackage says what is wrong.

    Without `expected_key` this says only that nothing changed since its signer made it.
    """
    with open_zip(data) as archive:
        manifest = _manifest(archive)
        wrong = [*_wrong_files(archive, manifest), *_wrong_names(manifest)]
    if wrong:
        raise DamagedPackage("Gói bàn giao không còn nguyên vẹn.", problems=wrong)
    if expected_key is not None and manifest["verify_key"] != expected_key:
        raise DamagedPackage(
            "Gói này không do khoá của hội đồng kí; hỏi lại nơi gửi.", code="signer_unknown"
        )
    return Checked(manifest, str(manifest["verify_key"]))


def _manifest(archive: SafeZip) -> dict[str, Any]:
    """The manifest, its signature found true."""
    if MANIFEST not in archive or SIGNATURE not in archive:
        raise DamagedPackage("Tệp này không phải gói bàn giao câu hỏi.")
    if archive.size(MANIFEST) > MOST_MANIFEST_BYTES:
        raise DamagedPackage("Bảng kê của gói lớn quá mức hệ thống nhận.")
    raw = archive.read(MANIFEST)
    try:
        found = json.loads(raw)
        signature = bytes.fromhex(archive.read(SIGNATURE).decode("ascii").strip())
        is_ours = found["format"] == FORMAT and isinstance(found["files"], dict)
        true = is_ours and is_signed(found["verify_key"], signature, _signed(raw))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DamagedPackage("Bảng kê của gói không đọc được.") from None
    if not true:
        raise DamagedPackage("Chữ kí của gói không đúng: bảng kê đã bị đổi.")
    return dict(found)


def _wrong_files(archive: SafeZip, manifest: Mapping[str, Any]) -> list[Problem]:
    named: Mapping[str, Mapping[str, Any]] = manifest["files"]
    there = set(archive.names()) - {MANIFEST, SIGNATURE}
    found = [_wrong(name, "Tệp này bị thiếu.") for name in sorted(set(named) - there)]
    found += [
        _wrong(name, "Tệp này không có trong bảng kê.") for name in sorted(there - set(named))
    ]
    for name in sorted(there & set(named)):
        if sha256(archive.read(name)) != named[name]["sha256"]:
            found.append(_wrong(name, "Nội dung tệp này đã bị đổi."))
    return found


def _wrong_names(manifest: Mapping[str, Any]) -> list[Problem]:
    """A version is named by its bytes: the file of each must carry exactly that hash."""
    files = manifest["files"]
    return [
        _wrong(item["file"], "Nội dung câu không khớp mã phiên bản của nó.")
        for item in [*manifest["items"], *manifest["stimuli"]]
        if files.get(item["file"], {}).get("sha256") != item["version"]
    ]


def _wrong(name: str, what: str) -> Problem:
    return Problem(msg("{name}", name=name), msg(what))


def _signed(manifest: bytes) -> bytes:
    return FORMAT.encode() + b"\n" + manifest


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()

"""What is inside the seal: tables of rows and a few words beside them, packed with a bound. Pure."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from .errors import DamagedFile
from .rows import Row

MOST_UNPACKED = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """`tables` in the order in which they are to be stored."""

    tables: dict[str, list[Row]]
    beside: dict[str, Any] = field(default_factory=dict)

    @property
    def n_rows(self) -> int:
        return sum(map(len, self.tables.values()))


def pack(bundle: Bundle) -> bytes:
    told = {"tables": list(bundle.tables.items()), "beside": bundle.beside}
    return gzip.compress(_json(told), mtime=0)


def unpack(data: bytes) -> Bundle:
    try:
        reader = zlib.decompressobj(31)
        plain = reader.decompress(data, MOST_UNPACKED)
        if not reader.eof:
            raise DamagedFile("Nội dung tệp lớn quá mức hệ thống nhận.")
        found = json.loads(plain)
        return Bundle(dict(found["tables"]), found["beside"])
    except (zlib.error, ValueError, KeyError, TypeError):
        raise DamagedFile("Nội dung tệp không đọc được; lấy lại tệp gốc.") from None


def facts_root(tables: dict[str, list[Row]]) -> str:
    """One hash over all rows: two copies with the same facts have the same."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        for line in sorted(_json(row) for row in tables[name]):
            digest.update(f"{name} {len(line)} ".encode() + line)
    return digest.hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

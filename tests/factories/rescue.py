"""A rescue file as a candidate's machine writes it; a second hand beside web/player/rescue-file.ts."""

from __future__ import annotations

import base64
import json
import os
import uuid
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FORMAT = "khaothi-rescue-1"


def record(writer: uuid.UUID, epoch: int, seq: int, item: uuid.UUID, value: Any) -> dict[str, Any]:
    event = {"seq": seq, "kind": "answer", "item": str(item), "value": value}
    at = {"client_at": "2026-11-23T06:00:00.000Z"}
    return {"writer": f"w-{writer}", "epoch": epoch, "event": {**event, **at}}


def seal(key: bytes, attempt: uuid.UUID, number: str, records: list[dict[str, Any]]) -> bytes:
    salt, nonce = os.urandom(32), os.urandom(12)
    once = HKDF(SHA256(), 32, salt, FORMAT.encode()).derive(key)
    plain = json.dumps({"sealed_at": None, "records": records}).encode()
    box = ChaCha20Poly1305(once).encrypt(nonce, plain, f"{FORMAT}|{attempt}|{number}".encode())
    bare = {"salt": salt, "nonce": nonce, "box": box}
    packed = {name: base64.b64encode(part).decode() for name, part in bare.items()}
    return json.dumps(
        {"format": FORMAT, "attempt": str(attempt), "number": number, **packed}
    ).encode()

"""The rescue file: what a candidate's machine could not send, encrypted and bound to the candidate. Pure.

Written by `web/player/rescue-file.ts`. JSON with `format`, `attempt`, `number`, `salt`, `nonce`
and `box`; the box is ChaCha20-Poly1305 under HKDF-SHA256(journal key, salt, format), and the
first three fields are sealed in with it, so a file cannot be given to another candidate.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from datetime import datetime
from typing import Annotated, Literal, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from itembank.errors import Invalid, Message, TooLarge, msg, problem

FORMAT = "khaothi-rescue-1"
MOST_BYTES = 8_000_000
MOST_EVENTS = 20_000
KEY_BYTES = 32

Name = Annotated[str, StringConstraints(max_length=80)]
Bytes64 = Annotated[str, StringConstraints(max_length=MOST_BYTES)]


class Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RescueFile(Read):
    format: Literal["khaothi-rescue-1"]
    attempt: uuid.UUID
    number: Name
    salt: Annotated[str, StringConstraints(max_length=64)]
    nonce: Annotated[str, StringConstraints(max_length=32)]
    box: Bytes64


class RescuedEvent(Read):
    seq: Annotated[int, Field(ge=1, le=2_000_000_000, strict=True)]
    kind: Literal["answer", "flag"]
    item: uuid.UUID
    value: JsonValue
    client_at: Annotated[str, StringConstraints(max_length=40, pattern=r"^[^\x00]*$")]


class RescuedRecord(Read):
    writer: Name
    epoch: Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
    event: RescuedEvent


class RescueContent(Read):
    sealed_at: datetime | None
    records: tuple[RescuedRecord, ...] = Field(max_length=MOST_EVENTS)


Document = TypeVar("Document", bound=Read)


def read_file(raw: bytes) -> RescueFile:
    """The envelope, or a refusal in words. Nothing in it is believed before `open_file`."""
    if len(raw) > MOST_BYTES:
        raise TooLarge(msg("Tệp cứu hộ nặng quá {n} MB.", n=MOST_BYTES // 1_000_000))
    return _parsed(RescueFile, raw)


def open_file(file: RescueFile, key: bytes) -> RescueContent:
    """What was sealed in. Raises Invalid when a byte was changed, or the key is another's."""
    try:
        salt, nonce, box = map(base64.b64decode, (file.salt, file.nonce, file.box))
        bound = f"{FORMAT}|{file.attempt}|{file.number}".encode()
        once = HKDF(SHA256(), KEY_BYTES, salt, FORMAT.encode()).derive(key)
        plain = ChaCha20Poly1305(once).decrypt(nonce, box, bound)
    except (InvalidTag, ValueError, binascii.Error) as error:
        raise _refused(
            msg(
                "Tệp đã bị sửa, hỏng khi chép, hoặc không phải của thí sinh này."
                " Xin lại tệp từ máy của thí sinh."
            ),
            "rescue_altered",
        ) from error
    return _parsed(RescueContent, plain)


def _parsed(kind: type[Document], raw: bytes) -> Document:
    try:
        return kind.model_validate_json(raw)
    except ValidationError as error:
        raise _refused(
            msg("Đây không phải tệp cứu hộ của Khảo thí. Chọn tệp có tên cuu-ho-….khaothi."),
            "rescue_unreadable",
        ) from error


def _refused(what: Message, code: str) -> Invalid:
    return Invalid("Chưa nhận được tệp cứu hộ.", code=code, problems=[problem("tep", what)])

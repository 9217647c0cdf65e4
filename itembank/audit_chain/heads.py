"""A signed tree head as it leaves the house: on paper, in a file, in a letter. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from itembank.errors import Invalid
from itembank.signing import is_signed, signing_key, verify_key_of

KIND = "khaothi audit head 1"


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What the record was at a moment: how many events, the tree's root, the chain's last link."""

    size: int
    root: str
    chain: str
    at: str
    verify_key: str
    signature: str = ""

    def message(self) -> bytes:
        """What is signed: everything but the signature."""
        cells = [KIND, self.size, self.root, self.chain, self.at, self.verify_key]
        return json.dumps(cells, separators=(",", ":")).encode()

    @property
    def is_signed(self) -> bool:
        try:
            signature = bytes.fromhex(self.signature)
        except ValueError:
            return False
        return is_signed(self.verify_key, signature, self.message())

    @property
    def text(self) -> str:
        return json.dumps({"kind": KIND, **asdict(self)}, indent=1) + "\n"


def signed(size: int, root: bytes, chain: bytes, at: datetime, seed: str) -> TreeHead:
    key = signing_key(seed)
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    bare = TreeHead(size, root.hex(), chain.hex(), moment, verify_key_of(key))
    signature = key.sign(bare.message()).hex()
    return TreeHead(bare.size, bare.root, bare.chain, bare.at, bare.verify_key, signature)


def read_head(text: str) -> TreeHead:
    """A head that was kept outside, from its file."""
    try:
        found = json.loads(text)
        if found["kind"] != KIND:
            raise ValueError(KIND)
        words = (str(found[name]) for name in ("root", "chain", "at", "verify_key", "signature"))
        return TreeHead(int(found["size"]), *words)
    except (ValueError, KeyError, TypeError):
        raise Invalid("Tệp này không phải đầu nhật kí đã kí.", code="not_an_audit_head") from None

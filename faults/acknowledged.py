"""What the clients know: every change they sent, and which of them they were told is saved."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field

Place = tuple[uuid.UUID, int]  # writer, seq


@dataclass(frozen=True, slots=True)
class Sent:
    """One change as it left the device."""

    writer: uuid.UUID
    seq: int
    kind: str
    item: uuid.UUID
    value: str
    client_at: str

    def as_json(self) -> str:
        return json.dumps(
            {"seq": self.seq, "kind": self.kind, "item": str(self.item), "value": self.value,
             "client_at": self.client_at}
        )  # fmt: skip

    def stored(self) -> tuple[str, uuid.UUID, bytes, str]:
        """How the database must hold it, to the byte."""
        return self.kind, self.item, json.dumps(self.value).encode(), self.client_at


@dataclass
class Journal:
    """The acknowledgements of all devices of one scenario."""

    sent: dict[Place, Sent] = field(default_factory=dict)
    acked: set[Place] = field(default_factory=set)
    refused: list[int] = field(default_factory=list)  # statuses that were neither 200 nor 503
    put_off: int = 0  # 503: try again

    def send(self, change: Sent) -> None:
        self.sent[change.writer, change.seq] = change

    def acknowledge(self, change: Sent) -> None:
        self.acked.add((change.writer, change.seq))

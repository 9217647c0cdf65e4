"""What a request says about the browser it came from. Pure; a finding never refuses a save."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .addresses import PLAYER, external_address
from .config_key import address_hash, is_hash_of

API = b"/thi/api/"
POLLED = b"/thi/xac-nhan/trang-thai"
OFTEN = (b"/thi/api/events", b"/thi/api/clock", b"/thi/api/attempt", b"/thi/api/submit")


class Finding(StrEnum):
    MATCHED = "matched"
    MISMATCHED = "mismatched"  # a hash was sent, of another configuration or address
    ABSENT = "absent"  # no hash at all: another browser, or one that was not told to send it


class Way(StrEnum):
    HEADER = "header"  # X-SafeExamBrowser-ConfigKeyHash, of the address of the request
    PAGE = "page"  # the browser's JavaScript interface, of the address of the player's page
    NONE = "none"


FINDING_NAMES: dict[Finding, str] = {
    Finding.MATCHED: "SEB khớp",
    Finding.MISMATCHED: "SEB sai cấu hình",
    Finding.ABSENT: "Không thấy SEB",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """What one request carries about its browser, and where it went."""

    raw_path: bytes
    raw_query: bytes
    header: str | None
    page: str | None


@dataclass(frozen=True)
class Expectation:
    """One sitting's key; the hashes of the addresses that come by the thousand are ready."""

    origin: str
    key: str
    ready: dict[bytes, str] = field(init=False)
    of_page: str = field(init=False)

    def __post_init__(self) -> None:
        ready = {path: self._hash(path, b"") for path in OFTEN}
        object.__setattr__(self, "ready", ready)
        object.__setattr__(self, "of_page", address_hash(self.origin + PLAYER, self.key))

    def finding(self, proof: Proof) -> tuple[Finding, Way] | None:
        """None where the request says nothing that counts.

        Pages reached by following a link or a redirect can only speak for the browser: some
        versions send the hash of the address before the redirect, and none lets a page's script
        add the key to them.
        """
        found = self._found(proof)
        return found if found[0] is Finding.MATCHED or _is_from_script(proof) else None

    def _found(self, proof: Proof) -> tuple[Finding, Way]:
        if proof.header and is_hash_of(proof.header, self._expected(proof)):
            return Finding.MATCHED, Way.HEADER
        if proof.page and is_hash_of(proof.page, self.of_page):
            return Finding.MATCHED, Way.PAGE
        if proof.header or proof.page:
            return Finding.MISMATCHED, Way.HEADER if proof.header else Way.PAGE
        return Finding.ABSENT, Way.NONE

    def _expected(self, proof: Proof) -> str:
        ready = None if proof.raw_query else self.ready.get(proof.raw_path)
        return ready or self._hash(proof.raw_path, proof.raw_query)

    def _hash(self, raw_path: bytes, raw_query: bytes) -> str:
        return address_hash(external_address(self.origin, raw_path, raw_query), self.key)


def _is_from_script(proof: Proof) -> bool:
    """The player's own requests; the waiting page's only where it sends a hash at all."""
    return proof.raw_path.startswith(API) or (proof.raw_path == POLLED and bool(proof.header))

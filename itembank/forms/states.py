"""The life of a form. Pure."""

from __future__ import annotations

DRAFT = "draft"
FROZEN = "frozen"
EXTERNAL = "external"

STATE_NAMES = {DRAFT: "Đang lập", FROZEN: "Đã chốt", EXTERNAL: "Đề từ nơi khác"}

ALLOWED: frozenset[tuple[str, str]] = frozenset({(DRAFT, FROZEN)})


def may_become(state: str, target: str) -> bool:
    return (state, target) in ALLOWED

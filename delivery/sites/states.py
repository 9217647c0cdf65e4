"""Where a site stands with its package, as the centre's page and the site's own page name it. Pure."""

from __future__ import annotations

from enum import StrEnum


class SiteState(StrEnum):
    BUILT = "built"
    RECEIVED = "received"
    OPENED = "opened"
    RUNNING = "running"
    ENDED = "ended"
    SEALED = "sealed"
    MERGED = "merged"


SITE_STATE_NAMES = {
    SiteState.BUILT: "Đã lập gói, chưa báo nhận",
    SiteState.RECEIVED: "Đã nhận gói",
    SiteState.OPENED: "Đã mở gói",
    SiteState.RUNNING: "Đang thi",
    SiteState.ENDED: "Đã đóng ca, chưa niêm phong",
    SiteState.SEALED: "Đã niêm phong kết quả",
    SiteState.MERGED: "Đã nhập kết quả",
}


def state_at_site(*, is_open: bool, sitting_state: str, is_sealed: bool) -> SiteState:
    """What a box may say of itself."""
    if not is_open:
        return SiteState.RECEIVED
    if is_sealed:
        return SiteState.SEALED
    return {"open": SiteState.RUNNING, "closed": SiteState.ENDED}.get(
        sitting_state, SiteState.OPENED
    )


def state_at_centre(last_reported: str | None, *, is_merged: bool) -> SiteState:
    """Merged results count more than any report; without a report only the build is known."""
    if is_merged:
        return SiteState.MERGED
    return SiteState(last_reported) if last_reported else SiteState.BUILT

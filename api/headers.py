"""The headers every answer carries."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders

from .settings import Settings

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; "
    "style-src-attr 'unsafe-inline'; script-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def set_headers(headers: MutableHeaders, settings: Settings, path: str) -> None:
    """Add what is missing; a route that set a header of its own keeps it."""
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if not path.startswith("/static"):
        headers.setdefault("Cache-Control", "no-store")
    if settings.secure_cookies:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")

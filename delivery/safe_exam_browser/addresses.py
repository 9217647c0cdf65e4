"""Addresses as the candidate's browser sees them, whatever a proxy made of them on the way."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from itembank.errors import problem

from .errors import UnsafeSetting

ENTRY = "/thi"
PLAYER = "/thi/lam-bai"
QUIT = "/thi/thoat-seb"
USUAL_PORT = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")


def normal_origin(given: str) -> str:
    """Scheme, host and port as a browser writes them; refuses what is no origin."""
    try:
        parts = urlsplit(given.strip())
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError:
        raise _no_origin() from None
    host = parts.netloc.lower().removesuffix(f":{port}")
    extra = parts.path.strip("/") or parts.query or parts.fragment
    if scheme not in USUAL_PORT or extra or not _HOST.fullmatch(host):
        raise _no_origin()
    return f"{scheme}://{host}" + ("" if port in (None, USUAL_PORT[scheme]) else f":{port}")


def external_address(origin: str, raw_path: bytes, raw_query: bytes) -> str:
    """The address before any proxy: our own origin, then path and query byte for byte."""
    query = b"?" + raw_query if raw_query else b""
    return origin + (raw_path + query).decode("latin-1")


def _no_origin() -> UnsafeSetting:
    what = "Ghi địa chỉ thí sinh gõ vào KHAOTHI_PUBLIC_ORIGIN, ví dụ https://thi.example.vn."
    return UnsafeSetting(
        "Chưa lập được tệp .seb: máy chủ chưa biết địa chỉ của chính nó.",
        code="seb_origin_missing",
        problems=[problem("KHAOTHI_PUBLIC_ORIGIN", what)],
    )

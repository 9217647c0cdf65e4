"""The one table from domain error to status, and the one shape errors have."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DataError, OperationalError
from starlette.exceptions import HTTPException

from delivery.attempts.errors import DeviceUnknown
from itembank.db import new_id
from itembank.errors import (
    Conflict,
    Invalid,
    KhaothiError,
    Message,
    NotFound,
    Problem,
    Refused,
    TooLarge,
    problem,
)

from .auth.service import NotSignedIn, TooManyTries
from .i18n import language, translate
from .pages import error_page
from .web import PasswordChangeDue

log = logging.getLogger("khaothi")

STATUS: tuple[tuple[type[KhaothiError], int], ...] = (
    (NotSignedIn, 401),
    (DeviceUnknown, 401),
    (TooManyTries, 429),
    (NotFound, 404),
    (Refused, 403),
    (Conflict, 409),
    (TooLarge, 413),
    (Invalid, 422),
    (KhaothiError, 400),
)
HTTP_WORDS: dict[int, tuple[str, str]] = {
    404: ("not_found", "Không có trang này. Kiểm tra địa chỉ, hoặc về trang đầu."),
    405: ("method_not_allowed", "Địa chỉ này không nhận kiểu yêu cầu đó."),
}


def status_of(error: KhaothiError) -> int:
    return next(status for kind, status in STATUS if isinstance(error, kind))


def install(app: FastAPI) -> None:
    app.add_exception_handler(KhaothiError, _domain)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(OperationalError, _no_storage)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, unforeseen)


def wants_json(request: Request) -> bool:
    accepts = request.headers.get("accept", "")
    return "/api/" in request.url.path or ("text/html" not in accepts and accepts != "*/*")


def body(request: Request, error: KhaothiError) -> dict[str, Any]:
    lang = language(request)
    extra = getattr(error, "extra", None) or {}
    return {
        "error": {
            "code": error.code,
            "message": translate(error.message, lang),
            "problems": [
                {"where": translate(p.where, lang), "what": translate(p.what, lang)}
                for p in error.problems
            ],
            "request_id": str(new_id()),
            **extra,
        }
    }


def answer(request: Request, error: KhaothiError, status: int) -> Response:
    content = body(request, error)
    if wants_json(request):
        return JSONResponse(content, status_code=status)
    return error_page(request, content["error"], status)


def _domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, KhaothiError)
    if not wants_json(request):
        if isinstance(error, NotSignedIn) and not request.url.path.startswith("/thi"):
            return RedirectResponse(f"/dang-nhap?tiep={quote(request.url.path)}", status_code=303)
        if isinstance(error, PasswordChangeDue):
            return RedirectResponse("/doi-mat-khau", status_code=303)
    return answer(request, error, status_of(error))


def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    problems: list[Problem] = [
        problem(
            Message(".".join(str(p) for p in e["loc"] if p != "body").replace("{", "")),
            "Giá trị này không đọc được; sửa rồi gửi lại.",
        )
        for e in error.errors()[:50]
    ]
    refused = Invalid("Dữ liệu gửi lên không đúng dạng.", code="unreadable", problems=problems)
    return answer(request, refused, 422)


def _unstorable(request: Request, error: Exception) -> Response:
    """PostgreSQL stores no NUL character and no number beyond its type; nothing was written."""
    refused = Invalid("Dữ liệu gửi lên không đúng dạng.", code="unreadable")
    return answer(request, refused, 422)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code, words = HTTP_WORDS.get(error.status_code, ("http_error", "Yêu cầu không thực hiện được."))
    return answer(request, KhaothiError(words, code=code), error.status_code)


def _no_storage(request: Request, error: Exception) -> Response:
    """The database is full, locked or gone; the sender keeps what it has and tries again."""
    log.error("no storage at %s: %s", request.url.path, error)
    refused = KhaothiError(
        "Máy chủ chưa ghi được dữ liệu; việc vừa làm chưa được ghi. Chờ một lát rồi thử lại.",
        code="storage_unavailable",
    )
    return answer(request, refused, 503)


def unforeseen(request: Request, error: Exception) -> Response:
    if isinstance(error, OperationalError):
        return _no_storage(request, error)
    log.exception("unforeseen error at %s", request.url.path, exc_info=error)
    return answer(
        request,
        KhaothiError(
            "Hệ thống gặp lỗi; việc vừa làm chưa được ghi. Thử lại, nếu vẫn lỗi hãy báo quản trị.",
            code="internal",
        ),
        500,
    )

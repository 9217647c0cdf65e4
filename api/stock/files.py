"""A report as the file that was asked for."""

from __future__ import annotations

from typing import Literal

from fastapi.responses import Response

from itembank.exchange.tables_out import Report, report_pdf, report_xlsx

Kind = Literal["pdf", "xlsx"]
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def file_response(report: Report, kind: Kind, name: str) -> Response:
    body = report_pdf(report) if kind == "pdf" else report_xlsx(report)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return Response(body, media_type=MEDIA_TYPES[kind], headers=headers)

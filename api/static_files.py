"""Files that never change between releases; sent packed where the build packed them."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class PackedFiles(StaticFiles):
    """`name.gz` in the place of `name` for a browser that takes it."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not _takes_gzip(scope) or path.endswith(".gz"):
            return await super().get_response(path, scope)
        try:
            response = await super().get_response(f"{path}.gz", scope)
        except HTTPException:
            return await super().get_response(path, scope)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        return response


def _takes_gzip(scope: Scope) -> bool:
    sent = [value for name, value in scope["headers"] if name == b"accept-encoding"]
    return any(b"gzip" in value for value in sent)

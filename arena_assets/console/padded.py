"""A file made as long as another: two that are compared blind must not differ by their length.

Answers one byte range, as players ask for them. Nothing of the file's name, time or hash is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
_PIECE = 256 * 1024
LEAST = 16
"""Bytes of padding that both sides have: room for the header of a box of MP4."""


def padded_length(*paths: Path) -> int:
    """The length all of them are given."""
    return max(path.stat().st_size for path in paths) + LEAST


def padded(request: Request, path: Path, total: int, media_type: str) -> Response:
    """The file and then padding up to ``total`` bytes, or the range of that which was asked for."""
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    begin, end, status = 0, total, 200
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked and any(asked.groups()):
        first, last = asked.groups()
        begin = int(first) if first else max(0, total - int(last))
        end = min(total, int(last) + 1) if first and last else total
        if not begin < end:
            return Response(
                status_code=416, headers={**headers, "Content-Range": f"bytes */{total}"}
            )
        status = 206
        headers["Content-Range"] = f"bytes {begin}-{end - 1}/{total}"
    headers["Content-Length"] = str(end - begin)
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=media_type)
    return StreamingResponse(
        _pieces(path, total, begin, end, media_type), status, headers, media_type=media_type
    )


def _pieces(path: Path, total: int, begin: int, end: int, media_type: str) -> Iterator[bytes]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(min(begin, size))
        at = begin
        while at < min(end, size):
            piece = file.read(min(_PIECE, min(end, size) - at))
            if not piece:
                return
            at += len(piece)
            yield piece
    head = _padding_head(total - size, media_type)
    while at < end:
        into = at - size
        piece = head[into : into + end - at] or bytes(min(_PIECE, end - at))
        at += len(piece)
        yield piece


def _padding_head(length: int, media_type: str) -> bytes:
    """MP4 is a row of boxes, so its padding is a box to be skipped (ISO/IEC 14496-12, "free");
    other forms say where they end."""
    return length.to_bytes(4, "big") + b"free" if media_type == "video/mp4" else b""

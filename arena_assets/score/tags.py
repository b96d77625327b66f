"""What a file says of itself: titles and loop points, in FLAC, Ogg and WAV.

``LOOPSTART`` and ``LOOPLENGTH`` in samples are the Vorbis comments that game engines read; WAV
carries the same in its ``smpl`` chunk (Multimedia Programming Interface 1.0, 1991).
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from pathlib import Path

from arena_assets.score.synth.jit import RATE

_VENDOR = b"arena_assets"
_COMMENTS = 4
_STREAMINFO = 0
_FORWARD = 0
_MIDDLE_C = 60


def comments_for(title: str, samples: int, loops: bool) -> dict[str, str]:
    """The Vorbis comments of a track; a loop's points run over its whole length."""
    comments = {"TITLE": title}
    if loops:
        comments |= {"LOOPSTART": "0", "LOOPLENGTH": str(samples)}
    return comments


def tag_flac(path: Path, comments: Mapping[str, str]) -> None:
    """Replace the comments of a FLAC file (RFC 9639, 8.6); all other blocks but its stream
    information are dropped, so that equal sound makes equal bytes."""
    data = path.read_bytes()
    at, info = 4, b""
    while True:
        kind, size = data[at], int.from_bytes(data[at + 1 : at + 4], "big")
        if kind & 0x7F == _STREAMINFO:
            info = data[at + 4 : at + 4 + size]
        at += 4 + size
        if kind & 0x80:
            break
    fields = [f"{name}={value}".encode() for name, value in comments.items()]
    body = struct.pack("<I", len(_VENDOR)) + _VENDOR + struct.pack("<I", len(fields))
    body += b"".join(struct.pack("<I", len(field)) + field for field in fields)
    head = b"fLaC" + bytes([_STREAMINFO]) + len(info).to_bytes(3, "big") + info
    head += bytes([0x80 | _COMMENTS]) + len(body).to_bytes(3, "big") + body
    path.write_bytes(head + data[at:])


def loop_wav(path: Path, samples: int) -> None:
    """Append a ``smpl`` chunk with one endless forward loop over all samples of a WAV file."""
    data = bytearray(path.read_bytes())
    if len(data) % 2:
        data += b"\0"
    period = round(1e9 / RATE)
    chunk = struct.pack("<9I", 0, 0, period, _MIDDLE_C, 0, 0, 0, 1, 0)
    chunk += struct.pack("<6I", 0, _FORWARD, 0, samples - 1, 0, 0)
    data += b"smpl" + struct.pack("<I", len(chunk)) + chunk
    struct.pack_into("<I", data, 4, len(data) - 8)
    path.write_bytes(data)

"""Opening media: local files only, and only of known containers, by what they hold."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import av

LOCAL_ONLY = {
    "protocol_whitelist": "file,pipe",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,wav,flac,mp3",
}
"""FFmpeg's options. By what a file holds, whatever it is called: a list of other files is none of
these. What an MP4 refers to elsewhere FFmpeg does not open unless it is told to."""


def open_packets(source: Path | BytesIO) -> av.container.InputContainer:
    """A file of one stream, opened to copy its packets.

    FFmpeg otherwise decodes pictures to learn what the file's own header already says: 30 ms for an
    MP4 of 1920×1080.
    """
    # PyAV's stubs take stream options for strings; they are one dictionary for each stream.
    undecoded: list[Any] = [{"skip_frame": "all"}]
    options = {**LOCAL_ONLY, "probesize": "32"}
    return av.open(_named(source), "r", options=options, stream_options=undecoded)


def open_media(source: Path | BytesIO) -> av.container.InputContainer:
    """A container opened for reading."""
    return av.open(_named(source), "r", options=LOCAL_ONLY)


def _named(source: Path | BytesIO) -> str | BytesIO:
    """A path as a file's, or a name like "concat:…" would be taken for an address."""
    if isinstance(source, BytesIO):
        source.seek(0)
        return source
    return f"file:{source}"

"""The media types of the files that slots hold."""

from __future__ import annotations

from pathlib import Path

_TYPES = {
    ".json": "application/json",
    ".png": "image/png",
    ".webp": "image/webp",
    ".npz": "application/octet-stream",
    ".glb": "model/gltf-binary",
    ".mp4": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".mov": "video/quicktime",
    ".gif": "image/gif",
    ".ogv": "video/ogg",
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".mid": "audio/midi",
    ".zip": "application/zip",
}


def media_type(path: Path) -> str:
    """The media type that belongs to a file's suffix."""
    return _TYPES.get(path.suffix.lower(), "application/octet-stream")

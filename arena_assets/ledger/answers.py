"""Answers on disk: what a service sends is there before anything looks at it.

Per attempt at a call there are up to three files in ``root/ab/``: ``<key>-<attempt>.json``, the
sidecar with status and headers, flushed before any byte of the body; ``….part``, the body while it
arrives, unbuffered, so that a killed process loses nothing it has received; and ``….body``, the
whole body, flushed and then renamed. The final name is the marker of completeness where a service
gives no ``content-length``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from arena_assets.errors import ArenaError
from arena_assets.store.blobs import sync_folder
from arena_assets.store.faults import folder_faults

_SECRET_NAMES = {"authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate"}
_SECRET_ENDS = ("cookie", "cookie2", "api-key", "-token", "secret")


@dataclass(frozen=True, slots=True)
class Whole:
    """A complete answer under its final name."""

    path: Path
    status: int
    headers: Mapping[str, str]
    size: int
    sha256: str


def without_secrets(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers by lower-case name, those that could carry a credential left out."""
    lowered = {name.lower(): str(value) for name, value in headers.items()}
    return {
        name: value
        for name, value in sorted(lowered.items())
        if name not in _SECRET_NAMES and not name.endswith(_SECRET_ENDS)
    }


class AnswerFile:
    """The :class:`~arena_assets.domain.calls.Sink` of one attempt.

    Any failure to write is raised with ``money`` unknown: by then the service may have charged.
    """

    def __init__(self, stem: Path) -> None:
        self._stem = stem
        self._file: FileIO | None = None
        self._hash = hashlib.sha256()
        self._size = 0
        self.status: int | None = None
        self.headers: dict[str, str] = {}

    def prepare(self) -> None:
        """Make sure there is a place for the body. Call it before anything is sent."""
        with folder_faults(self._stem.parent):
            self._stem.parent.mkdir(parents=True, exist_ok=True)
            self._open()

    def accepted(self, status: int, headers: Mapping[str, str]) -> None:
        kept = without_secrets(headers)
        with _after_sending(self._stem.parent):
            self._open()
            beside = _with_suffix(self._stem, ".json-part")
            with beside.open("w", encoding="utf-8") as sidecar:
                json.dump({"status": status, "headers": kept}, sidecar)
                sidecar.flush()
                os.fsync(sidecar.fileno())
            beside.replace(_with_suffix(self._stem, ".json"))
            sync_folder(self._stem.parent)
        self.status, self.headers = status, kept

    def write(self, chunk: bytes) -> None:
        with _after_sending(self._stem.parent):
            if self._file is None:
                self._open()
            assert self._file is not None  # noqa: S101
            left = memoryview(chunk)
            while left:
                left = left[self._file.write(left) :]
        self._hash.update(chunk)
        self._size += len(chunk)

    def finish(self) -> Whole | None:
        """The whole answer under its final name; None when it was cut or never began."""
        if self.status is None or self._file is None:
            return None
        if _announced(self.headers) not in (None, self._size):
            return None
        with _after_sending(self._stem.parent):
            os.fsync(self._file.fileno())
            self.close()
            path = _seal(self._stem)
        return Whole(path, self.status, self.headers, self._size, self._hash.hexdigest())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        self.close()
        self._file = FileIO(_with_suffix(self._stem, ".part"), "w")
        self._hash, self._size = hashlib.sha256(), 0


class AnswerFolder:
    """All answers under ``root``, by the key of their call."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def sink(self, key: str, attempt: int) -> AnswerFile:
        return AnswerFile(self.root / key[:2] / f"{key}-{attempt}")

    def path(self, name: str) -> Path:
        """Where the answer of that name is, as the row of its call keeps it."""
        return self.root / name[:2] / name

    def salvage(self, key: str) -> Whole | None:
        """A whole good answer (2xx) that some attempt left on disk, the newest first."""
        folder = self.root / key[:2]
        sidecars = sorted(folder.glob(f"{key}-*.json"), key=_attempt, reverse=True)
        for sidecar in sidecars:
            found = _whole(sidecar.with_suffix(""), sidecar)
            if found is not None:
                return found
        return None

    def discard(self, key: str) -> None:
        """Remove every file of a call whose answers are known to be worth nothing."""
        folder = self.root / key[:2]
        for path in folder.glob(f"{key}-*"):
            path.unlink(missing_ok=True)
        if folder.is_dir():
            sync_folder(folder)

    def leftovers(self, kept: Collection[str], older_than: float) -> list[Path]:
        """Files of calls not in ``kept`` that nobody wrote to for ``older_than`` seconds."""
        limit = time.time() - older_than
        found = []
        for path in sorted(self.root.glob("[0-9a-f][0-9a-f]/*")):
            with contextlib.suppress(FileNotFoundError):
                if path.name[:64] not in kept and path.stat().st_mtime < limit:
                    found.append(path)
        return found


def hash_of(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _whole(stem: Path, sidecar: Path) -> Whole | None:
    try:
        told = json.loads(sidecar.read_bytes())
        status, headers = int(told["status"]), dict(told["headers"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if not 200 <= status < 300:
        return None
    body, part = _with_suffix(stem, ".body"), _with_suffix(stem, ".part")
    if not body.exists():
        announced = _announced(headers)
        if announced is None or not part.exists() or part.stat().st_size != announced:
            return None
        with part.open("rb") as source:
            os.fsync(source.fileno())
        body = _seal(stem)
    return Whole(body, status, headers, body.stat().st_size, hash_of(body))


def _seal(stem: Path) -> Path:
    """Give a flushed body its final name."""
    body = _with_suffix(stem, ".body")
    part = _with_suffix(stem, ".part")
    part.chmod(0o444)
    part.replace(body)
    sync_folder(stem.parent)
    return body


def _announced(headers: Mapping[str, str]) -> int | None:
    """How many bytes were promised; None when nobody said so in a way that can be compared."""
    if headers.get("content-encoding", "identity") != "identity":
        return None
    text = headers.get("content-length", "")
    return int(text) if text.isdecimal() else None


def _with_suffix(stem: Path, suffix: str) -> Path:
    return stem.with_name(stem.name + suffix)


def _attempt(sidecar: Path) -> int:
    number = sidecar.stem.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


@contextmanager
def _after_sending(folder: Path) -> Iterator[None]:
    try:
        with folder_faults(folder):
            yield
    except ArenaError as error:
        error.money = "unknown"
        raise

"""Static files at addresses that name their content: ``/static/<hash>/<name>``, immutable.

Held in memory, zipped once. Third-party files come from ``frontend``, our own from ``static/``;
the style sheets there are one file to the browser, joined in :data:`_SHEETS` order.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from arena_assets.console.frontend.packages import package_files

_OWN = Path(__file__).parent / "static"
_SHEETS = ("tokens.css", "base.css", "layout.css", "components.css", "pages.css")
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class StaticFile:
    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[Path(self.name).suffix]

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def zipped(self) -> bytes:
        return gzip.compress(self.content, 6, mtime=0)

    @property
    def url(self) -> str:
        return f"/static/{self.digest}/{self.name}"


@lru_cache
def static_files() -> Mapping[str, StaticFile]:
    """Every file by name. Raises EnvironmentFault when a third-party one is missing or changed."""
    found = {each.name: StaticFile(each.name, each.read()) for each in package_files()}
    sheets = b"\n".join((_OWN / name).read_bytes() for name in _SHEETS)
    found["console.css"] = StaticFile("console.css", sheets)
    for path in sorted(_OWN.iterdir()):
        if path.suffix in _MEDIA_TYPES and path.name not in _SHEETS:
            found[path.name] = StaticFile(path.name, path.read_bytes())
    return found


def static_url(name: str) -> str:
    """The address of a file, for templates; KeyError when there is none, as a test would find."""
    return static_files()[name].url

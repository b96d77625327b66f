"""The third-party files of the pages, each held to its SHA-256 before a byte of it is served."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from arena_assets.errors import EnvironmentFault

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
_NEXT_STEP = "Run 'make setup' once more; it installs them from package-lock.json"


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One served file: its name in our addresses, where npm puts it, and what it must hold."""

    name: str
    source: str
    sha256: str

    def read(self, modules: Path = MODULES) -> bytes:
        """Its bytes; raises :class:`EnvironmentFault` when missing or changed."""
        try:
            content = (modules / self.source).read_bytes()
        except OSError as error:
            raise EnvironmentFault(
                f"The console's front-end file {self.source} is not installed", _NEXT_STEP
            ) from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise EnvironmentFault(
                f"The console's front-end file {self.source} is not the known one", _NEXT_STEP
            )
        return content


def package_files() -> tuple[PackageFile, ...]:
    """Every third-party file, from the committed list."""
    listed = json.loads((HERE / "files.json").read_text(encoding="utf-8"))
    return tuple(PackageFile(name, each["from"], each["sha256"]) for name, each in listed.items())


def main() -> None:
    """Check all files as set-up does; ends the process with the reason when one is wrong."""
    try:
        for each in package_files():
            each.read()
    except EnvironmentFault as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()

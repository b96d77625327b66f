"""What this process opens, lists, makes and removes, told by Python's audit events."""

from __future__ import annotations

import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import arena_assets

_EVENTS = frozenset(
    {
        *("open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.rmdir"),
        *("os.link", "os.symlink", "os.truncate", "os.chmod", "os.utime", "sqlite3.connect"),
        *("shutil.copyfile", "shutil.move", "shutil.rmtree", "subprocess.Popen", "os.system"),
    }
)
_heard: list[str] | None = None
_SYSTEM = ("/proc", "/sys", "/dev/null", "/dev/urandom", "/usr/share/zoneinfo", "/etc/localtime")
_KNOWN = ("/etc/mime.types", "/etc/nsswitch.conf", "/etc/hosts", "/etc/resolv.conf")

_SCRATCH = re.compile(re.escape(tempfile.gettempdir()) + r"/arena[-_]\w+[-_]\w{8}(/|$)")
"""Folders that the product itself made for a moment, under names nobody chose."""


def _hear(event: str, args: tuple[object, ...]) -> None:
    if _heard is None or event not in _EVENTS:
        return
    for each in args[:2]:
        if isinstance(each, str | bytes | os.PathLike):
            text = os.fsdecode(each)
            if event != "open" or each is args[0]:
                _heard.append(text)


sys.addaudithook(_hear)  # there is no way to take one out again: it is deaf but in ``watched``


@contextmanager
def watched() -> Iterator[list[str]]:
    """Hears, while it is open, the path of every file and folder that Python code touches."""
    global _heard  # an audit hook has no other place to look
    _heard = []
    try:
        yield _heard
    finally:
        _heard = None


def strayed(touched: list[str], *inside: Path) -> list[str]:
    """Touched places that are neither ``inside``, nor code, nor what a system has for everybody."""
    code = {
        Path(arena_assets.__file__).parents[1],
        *(Path(sysconfig.get_path(each)) for each in ("stdlib", "purelib", "platlib")),
        Path(sys.prefix),
        Path(sys.base_prefix) / "lib",
    }
    allowed = [each.resolve() for each in (*inside, *code)]
    system = [Path(each) for each in (*_SYSTEM, *_KNOWN)]
    found = []
    for text in dict.fromkeys(touched):
        path = Path(text.removeprefix("file:").partition("?")[0])
        if "\0" in text or text in ("", ":memory:", tempfile.gettempdir()):
            continue
        real = Path(os.path.realpath(path))
        if _SCRATCH.match(str(real)):
            continue
        if not any(real.is_relative_to(each) for each in (*allowed, *system)):
            found.append(text)
    return found

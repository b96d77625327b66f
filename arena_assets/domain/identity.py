"""Identifiers and the seeds derived from them."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from arena_assets.errors import UsageFault

_PARTITION = re.compile(r"arena-([0-9]{6,9})")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?")


def partition_key(arena_id: int) -> str:
    """``42`` → ``arena-000042``: the Dagster partition and the folder of an arena."""
    return f"arena-{arena_id:06d}"


def arena_id_of(text: str) -> int:
    """The number of an arena, from ``arena-000042`` or ``42``."""
    match = _PARTITION.fullmatch(text)
    if match:
        return int(match.group(1))
    if text.isascii() and text.isdigit() and 0 < int(text) < 10**9:
        return int(text)
    raise UsageFault(
        f"'{text[:60]}' names no arena",
        "Write it as arena-000042 or 42; 'arena list' shows those there are",
    )


def project_slug(text: str) -> str:
    """A project's name as given, when it is a safe slug."""
    if not _SLUG.fullmatch(text):
        raise UsageFault(
            f"'{text[:60]}' cannot name a project",
            "Use 1–48 lower-case letters, digits and inner hyphens, like 'card-game'",
        )
    return text


def slugify(text: str) -> str:
    """A name as a lower-case ASCII slug of at most 48 characters; ``arena`` if none remain."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:48].strip("-") or "arena"


def derive_seed(arena_id: int, *labels: str | int) -> int:
    """A seed 0–2⁶³−1 that depends on the arena and the labels alone, on every machine alike."""
    text = "/".join((partition_key(arena_id), *map(str, labels)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1

"""Manifests: what a slot holds, where it came from and what was measured about it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Measurement = bool | int | float | str | None


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileRef(_Frozen):
    """Bytes in the blob store. ``size`` in bytes; ``suffix`` with its dot."""

    sha256: Sha256
    size: Annotated[int, Field(ge=0)]
    media_type: str
    suffix: str


class Finding(_Frozen):
    """One thing a check looked at: what was measured, whether it passes, and the limit in words."""

    check: str
    passed: bool
    said: str


FALLBACK_FOR = "fallback_for"
"""The parameter that names the service in whose place something was made."""


class Provenance(_Frozen):
    """How bytes came to be: enough to make them again, or to say why they can't be."""

    recipe: str
    version: str
    provider: str
    model: str
    inputs: dict[str, FileRef]
    params: dict[str, JsonValue]
    fallback: bool = False

    @property
    def maker(self) -> str:
        """Who made it, in words; whom it stands in for, if anyone."""
        service = self.params.get(FALLBACK_FOR)
        return f"{self.provider}, fallback for {service}" if self.fallback else self.provider


class SlotManifest(_Frozen):
    """The result of one slot: its value in Dagster, stored by the IO manager.

    ``files`` maps a role (``picture``, ``depth``, ``mp4`` …) to bytes. ``seconds`` is how long the
    work took when it was done, ``price_usd`` what it cost then; both stay as they were when the
    result is reused.
    """

    slot: str
    take: Annotated[int, Field(ge=1)]
    key: Sha256
    files: dict[str, FileRef]
    measurements: dict[str, Measurement] = {}
    findings: tuple[Finding, ...] = ()
    provenance: Provenance
    seconds: float
    price_usd: float = 0.0

    def file(self, role: str) -> FileRef:
        return self.files[role]

    @property
    def passed(self) -> bool:
        return all(finding.passed for finding in self.findings)

    @property
    def content_hash(self) -> str:
        """One hash over all bytes of the slot; equal exactly when every file is equal."""
        return digest({role: ref.sha256 for role, ref in self.files.items()})


def canonical_json(value: object) -> str:
    """JSON with one spelling: sorted keys, no spaces, no NaN; the input of every content key."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def digest(value: Mapping[str, object]) -> str:
    """SHA-256 (hex) of a value's canonical JSON."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()

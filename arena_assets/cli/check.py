"""What one look of the doctor's finds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``fix`` is empty when nothing is to be done."""

    name: str
    grade: Grade
    said: str
    fix: str = ""

    def as_data(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}

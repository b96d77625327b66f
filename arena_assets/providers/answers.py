"""What the answers of paid services have in common: refusals in words, waits, headers to keep."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from pydantic import SecretStr

from arena_assets.errors import (
    ArenaError,
    Busy,
    ContentFault,
    OutcomeUnknown,
    Refused,
    Transient,
    UsageFault,
)

LONGEST_WAIT_SECONDS = 3600.0
_SAID_MAX = 200
_HEADERS_MAX = 100
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Service:
    """A paid service in words: what it is called, its key, and the settings that name both."""

    name: str
    key: SecretStr
    key_setting: str
    url_setting: str

    def said(self, text: object) -> str:
        """A service's own words, fit for an error: short, printable, without the key."""
        plain = "".join(char if char.isprintable() else " " for char in str(text))
        return self.without_key(" ".join(plain.split()))[:_SAID_MAX]

    def without_key(self, text: str) -> str:
        """The text with the key blotted out, should a service have quoted it."""
        key = self.key.get_secret_value()
        return text.replace(key, "***") if key else text

    def kept_headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers of an answer as they are stored: all but cookies, at most a hundred."""
        kept = [pair for pair in headers.items() if "cookie" not in pair[0].casefold()]
        return {name: self.without_key(value) for name, value in kept[:_HEADERS_MAX]}

    def unreachable(self, why: object) -> Transient:
        return Transient(
            f"{self.name} could not be reached: {self.said(why)}",
            f"It is tried again; look at the network and {self.url_setting}",
        )

    def unanswered(self, why: object) -> OutcomeUnknown:
        """It was sent, and what became of it can't be told from here."""
        return OutcomeUnknown(
            f"{self.name} was asked and gave no whole answer: {self.said(why)}",
            f"Look at the usage page of {self.name}, then settle or repeat the call",
            money="unknown",
        )

    def refusal(self, status: int, message: object, headers: Mapping[str, str]) -> ArenaError:
        """The error that a status other than 200 means; ``headers`` may ask for patience.

        Not billed: every 4xx, 429, 503 and 529. Unknown: 500, 502, 504 and what nobody defined.
        """
        said = f"{status}, {self.said(message) or 'without a word'}"
        if status in (401, 403):
            return Refused(f"{self.name} does not accept the key ({said})", self._set_key())
        if status == 402:
            return Refused(
                f"{self.name} wants to be paid first ({said})",
                f"Add credit to the account of {self.name}, then resume",
            )
        if status == 404 or 300 <= status < 400:
            return Refused(
                f"{self.name} has no such model or address ({said})",
                f"Check the model's name and {self.url_setting}",
            )
        if status == 429:
            return Busy(
                f"{self.name} takes no more at the moment ({said})",
                "It is tried again later",
                retry_after=asked_pause(headers),
            )
        if status in (408, 409, 503, 529):
            return Transient(
                f"{self.name} is overloaded ({said})",
                "It is tried again with a pause",
                retry_after=asked_pause(headers),
            )
        if 400 <= status < 500:
            return ContentFault(
                f"{self.name} cannot use the request ({said})",
                "Change the brief or the project's style, then redo this slot",
            )
        return self.unanswered(said)

    def _set_key(self) -> str:
        return f"Set {self.key_setting} to a valid key, then resume"


def asked_pause(headers: Mapping[str, str]) -> float | None:
    """The seconds that an answer asks to be left alone, as a number or a date; an hour at most."""
    text = next((headers[name] for name in headers if name.casefold() == "retry-after"), "")
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - time.time()
        except (TypeError, ValueError):
            return None
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS) if math.isfinite(seconds) else None


def safe_key(key: SecretStr, setting: str) -> None:
    """Raise UsageFault for a key that no header can carry: its error would quote it."""
    text = key.get_secret_value()
    if not text or not all("!" <= char <= "~" for char in text):
        raise UsageFault(
            f"{setting} is empty or holds characters that no key has",
            "Copy the key again, without spaces or quotation marks",
        )


def safe_base_url(url: str, setting: str) -> str:
    """A service's address without its last slash; a key is sent in the clear to this machine only.

    Raises UsageFault.
    """
    parts = urlsplit(url)
    loopback = parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise UsageFault(
            f"{setting} is no address that a key may be sent to",
            "Use an https:// address, or http:// on this machine",
        )
    return url.rstrip("/")

"""Passwords: argon2id with the library's parameters (RFC 9106, low memory), two at a time.

Each check takes 64 MiB, which the limit keeps from adding up. Length is what is asked for, and that
it is none of the few everybody tries (NIST SP 800-63B §5.1.1).
"""

from __future__ import annotations

from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from arena_assets.errors import UsageFault

SHORTEST, LONGEST = 10, 200
_AT_ONCE = BoundedSemaphore(2)
_COMMON = frozenset(
    [
        "1234567890",
        "0123456789",
        "12345678910",
        "password12",
        "password123",
        "password1234",
        "passwort123",
        "qwertyuiop",
        "qwerty1234",
        "administrator",
        "iloveyou123",
        "letmein1234",
        "changeme123",
        "aaaaaaaaaa",
    ]
)


@lru_cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")


def hashed(password: str, name: str = "") -> str:
    """Its hash, once it is good enough."""
    check(password, name)
    with _AT_ONCE:
        return _hasher().hash(password)


def check(password: str, name: str = "") -> None:
    """Raises :class:`UsageFault` for one that is not good enough."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageFault(
            f"A password has {SHORTEST} to {LONGEST} characters", "Some words in a row are easy"
        )
    if password.casefold() in _COMMON or password.casefold() == name.casefold():
        raise UsageFault("This password is among the first anybody tries", "Choose another")


def right(password: str, kept: str | None) -> bool:
    """Whether it is the one; without one that is kept it takes as long and is wrong."""
    with _AT_ONCE:
        try:
            _hasher().verify(kept or _nobodys(), password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return kept is not None

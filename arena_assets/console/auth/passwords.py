"""Passwords: Argon2id at the strength of the library, which follows RFC 9106's second profile."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from arena_assets.errors import UsageFault

LEAST, MOST = 12, 256
_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash("the password of nobody")


def hashed(password: str) -> str:
    """What is stored; raises :class:`UsageFault` for one that is too short or too long."""
    if not LEAST <= len(password) <= MOST:
        raise UsageFault(
            f"A password has {LEAST} to {MOST} characters", "Choose a longer one; spaces are fine"
        )
    return _HASHER.hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Whether it is the one. Takes as long when there is nobody to compare it with."""
    try:
        return _HASHER.verify(stored or _NOBODYS, password[:MOST]) and stored is not None
    except (Argon2Error, InvalidHashError):
        return False


def outdated(stored: str) -> bool:
    """Whether it was hashed at a lower strength than today's."""
    return _HASHER.check_needs_rehash(stored)

"""Tries to sign in that failed, and how long the next one waits. In the database, so that every
process counts the same and a restart forgets nothing.

Three counts per try: its address, its account, and the two together. After some free failures each
further one doubles a wait. An account's own wait is short, and is not asked of an address from
which its owner has come in of late: so nobody is locked out by somebody else's guessing, while
guesses from everywhere at once stay slow (OWASP Authentication Cheat Sheet, device cookies).
"""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from arena_assets.errors import TooMany
from arena_assets.store import base
from arena_assets.store.database import Database
from arena_assets.store.sign_in_tables import TryRow
from arena_assets.store.statements import upsert

KNOWN_FOR = timedelta(days=90)
_QUIET = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """``free`` failures cost nothing; each further one doubles a wait from 1 s to ``longest``."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        if over < 0:
            return timedelta(0)
        return min(self.longest, timedelta(seconds=2 ** min(over, 20)))


ADDRESS = Limit(50, timedelta(minutes=15))
"""An office may share one."""
ACCOUNT = Limit(10, timedelta(seconds=60))
PAIR = Limit(10, timedelta(minutes=5))


def begin_try(db: Database, address: str, account: str | None = None) -> None:
    """Count a try as failed, before it is known to be right: of many at once each counts.

    Raises :class:`TooMany`, which does not count, with the time to wait.
    """
    now = base.utc_now()
    with db.write() as session:
        limits = {_key("address", _network(address)): ADDRESS}
        if account is not None:
            limits[_key("account", account)] = ACCOUNT
            limits[_key("pair", _network(address), account)] = PAIR
        rows = {key: _locked(session, key, now) for key in sorted(limits)}
        known = account is not None and _is_known(rows[_key("pair", _network(address), account)])
        for key, row in rows.items():
            if known and limits[key] is ACCOUNT:
                continue
            # A wait longer than any there is was written before the clock was set back.
            wait = row.free_at - now
            if timedelta(0) < wait <= limits[key].longest:
                seconds = max(1.0, wait.total_seconds())
                raise TooMany(
                    "Too many tries to sign in",
                    f"Try again in {_span(seconds)}",
                    retry_after=seconds,
                )
        for key, row in rows.items():
            row.failures = row.failures + 1 if now - row.last_at < _QUIET else 1
            row.last_at = now
            row.free_at = now + limits[key].wait(row.failures)


def forgive(db: Database, address: str, account: str | None = None) -> None:
    """It was right: the account's count starts anew, and the address is known to be its owner's.

    The address only gets this one try back: an account of one's own buys no guesses at others.
    """
    now = base.utc_now()
    keys = [_key("address", _network(address))]
    if account is not None:
        keys += [_key("account", account), _key("pair", _network(address), account)]
    with db.write() as session:
        for key in sorted(keys):
            row = _locked(session, key, now)
            row.failures = max(0, row.failures - 1) if key == keys[0] else 0
            row.free_at = now
        if account is not None:
            row = _locked(session, keys[2], now)
            row.good_at = now


def forget_tries(db: Database) -> int:
    """Forget what counts no more and say how many; for the night."""
    now = base.utc_now()
    old, unknown = TryRow.last_at < now - _QUIET, TryRow.good_at.is_(None)
    with db.write() as session:
        gone = session.execute(
            delete(TryRow)
            .where(old, unknown | (TryRow.good_at < now - KNOWN_FOR))
            .returning(TryRow.key)
        )
        return len(gone.all())


def _locked(session: Session, key: str, now: datetime) -> TryRow:
    new = upsert(session, TryRow, key=key, failures=0, last_at=now, free_at=now)
    session.execute(new.on_conflict_do_nothing(index_elements=["key"]))
    return session.scalars(select(TryRow).where(TryRow.key == key).with_for_update()).one()


def _is_known(row: TryRow) -> bool:
    return row.good_at is not None and base.utc_now() - row.good_at < KNOWN_FOR


def _network(address: str) -> str:
    """An IPv6 caller has a /64 to choose addresses from."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv6Address):
        mapped = ip.ipv4_mapped
        return str(mapped or ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)


def _key(kind: str, *parts: str) -> str:
    """Hashed: people type their password where their name goes."""
    return hashlib.sha256(
        "\n".join((kind, *(part.casefold() for part in parts))).encode()
    ).hexdigest()


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} minutes"

"""Circuit breakers: a service that keeps failing is left alone for a while, by all processes.

``closed``: calls pass; after :attr:`Limits.failures` failures in a row it opens. ``open``: no call
passes for 30 s, doubling up to 300 s with each failed probe, ±10 % so that hosts do not come back
in step. Then the first who asks gets the one *probe lease* (``half_open``), by a conditional
update; its success closes the breaker, its failure opens it for longer, and a prober that died
gives way to the next. A service that answers, if only to refuse, is up: content errors, refused
keys and spent quotas never count. (Nygard, *Release It!*, 2nd ed. 2018, "Circuit Breaker".)
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from arena_assets.errors import Outage
from arena_assets.ledger.owner import owner_alive, owner_id
from arena_assets.store import base
from arena_assets.store.breakers import (
    BreakerRecord,
    change_breaker,
    list_breakers,
    locked_breaker,
    read_breaker,
)
from arena_assets.store.database import Database

CLOSED, OPEN, HALF_OPEN = "closed", "open", "half_open"
_ERROR_LENGTH = 500


class Health(StrEnum):
    """What a call showed about its service."""

    UP = "up"
    DOWN = "down"
    UNTRIED = "untried"
    """It was not asked, or the trouble was ours."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to open and for how long, in seconds. A probe may last ``probe_seconds``."""

    failures: int = 5
    first_seconds: float = 30.0
    longest_seconds: float = 300.0
    jitter: float = 0.1
    probe_seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to call a service. ``probe`` names the one probe lease when it is that."""

    service: str
    probe: str | None = None
    clean: bool = False


class Breakers:
    """The breakers of all services, shared by every process through the database."""

    def __init__(
        self,
        db: Database,
        limits: Limits | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._db = db
        self._limits = limits or Limits()
        self._chance = chance

    def admit(self, service: str) -> Permit:
        """Leave to call, or :class:`Outage` with the seconds until another try is due."""
        row = read_breaker(self._db, service)
        if row is None or row.state == CLOSED:
            return Permit(service, clean=row is not None and row.failures == 0)
        with self._db.write() as session:
            row = locked_breaker(session, service)
            if row.state == CLOSED:
                return Permit(service)
            now = base.utc_now()
            if self._due(row, now) > 0:
                raise _outage(row, self._due(row, now))
            probe = f"{owner_id()}:{uuid.uuid4().hex}"
            until = now + timedelta(seconds=self._limits.probe_seconds)
            if not change_breaker(session, row, state=HALF_OPEN, probe=probe, probe_until=until):
                raise _outage(row, self._limits.first_seconds)
            return Permit(service, probe)

    def report(self, permit: Permit, health: Health, error: str | None = None) -> None:
        """Tell what the call showed. Every permit is reported once, whatever happened."""
        if permit.clean and health is not Health.DOWN:
            return
        if permit.probe is None and health is Health.UNTRIED:
            return
        with self._db.write() as session:
            row = locked_breaker(session, permit.service)
            changes = self._after(row, permit, health, error)
            if changes:
                change_breaker(session, row, **changes)

    def _after(
        self, row: BreakerRecord, permit: Permit, health: Health, error: str | None
    ) -> dict[str, object]:
        now = base.utc_now()
        if row.state == CLOSED:
            if health is Health.UP:
                return {"failures": 0} if row.failures else {}
            if health is Health.UNTRIED:
                return {}
            failures = row.failures + 1
            if failures < self._limits.failures:
                return {"failures": failures, "error": _short(error)}
            return {
                **self._opened(now, self._limits.first_seconds, error),
                "opened_at": now,
                "failures": failures,
            }
        if permit.probe is None or permit.probe != row.probe:
            return {}  # sent before it opened, or a lease that was lost: not this probe's word
        if health is Health.UP:
            return {
                "state": CLOSED,
                "failures": 0,
                "backoff_seconds": 0.0,
                "opened_at": None,
                "open_until": None,
                "probe": None,
                "probe_until": None,
                "down_seconds": row.down_seconds + _seconds(row.opened_at, now),
                "error": None,
            }
        if health is Health.UNTRIED:
            return {"state": OPEN, "probe": None, "probe_until": None, "open_until": now}
        longer = min(self._limits.longest_seconds, row.backoff_seconds * 2)
        return self._opened(now, longer, error)

    def _opened(self, now: datetime, seconds: float, error: str | None) -> dict[str, object]:
        spread = 1 + self._limits.jitter * (2 * self._chance() - 1)
        return {
            "state": OPEN,
            "backoff_seconds": seconds,
            "open_until": now + timedelta(seconds=seconds * spread),
            "probe": None,
            "probe_until": None,
            "error": _short(error),
        }

    def _due(self, row: BreakerRecord, now: datetime) -> float:
        """Seconds until somebody may probe; 0 when it is time. Never more than the longest wait,
        so that a clock set back does not shut a service out for hours."""
        if row.state == HALF_OPEN:
            alive = row.probe is not None and owner_alive(row.probe.rpartition(":")[0])
            if alive is False or row.probe_until is None:
                return 0.0
            return min(_seconds(now, row.probe_until), self._limits.probe_seconds)
        longest = self._limits.longest_seconds * (1 + self._limits.jitter)
        return min(_seconds(now, row.open_until), longest)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """A service as a person or the sensor sees it. ``uptime`` is 0–100 % since ``since``."""

    service: str
    state: str
    due_seconds: float
    uptime: float
    since: datetime
    opened_at: datetime | None
    error: str | None

    @property
    def shut(self) -> bool:
        """No call passes now, nor may anybody probe yet."""
        return self.state != CLOSED and self.due_seconds > 0

    @property
    def sentence(self) -> str:
        return _sentence(self.service, self.opened_at, self.due_seconds)


def service_states(db: Database, limits: Limits | None = None) -> list[ServiceState]:
    """The state of every service that was ever in trouble, by name."""
    now = base.utc_now()
    breakers = Breakers(db, limits)
    return [
        ServiceState(
            service=row.service,
            state=row.state,
            due_seconds=0.0 if row.state == CLOSED else breakers._due(row, now),
            uptime=uptime(row, now),
            since=row.since,
            opened_at=row.opened_at,
            error=row.error,
        )
        for row in list_breakers(db)
    ]


def uptime(row: BreakerRecord, now: datetime) -> float:
    """The share of time a service was not shut out, 0–100 %; 100 where no time has passed."""
    known = _seconds(row.since, now)
    if known == 0:
        return 100.0
    down = row.down_seconds
    if row.state != CLOSED:
        down += _seconds(row.opened_at, now)
    return 100.0 * (1.0 - min(1.0, down / known))


def _seconds(start: datetime | None, end: datetime | None) -> float:
    if start is None or end is None:
        return 0.0
    return max(0.0, (end - start).total_seconds())


def _outage(row: BreakerRecord, seconds: float) -> Outage:
    what = _sentence(row.service, row.opened_at, seconds)
    why = f" ({row.error})" if row.error else ""
    return Outage(
        f"{what}{why}", "The arena goes on by itself once it is back", retry_after=seconds
    )


def _sentence(service: str, opened_at: datetime | None, seconds: float) -> str:
    since = "" if opened_at is None else f" since {opened_at:%H:%M} UTC"
    return f"{service} has been failing{since}; it is tried again in {seconds:.0f} s"


def _short(error: str | None) -> str | None:
    return None if error is None else error[:_ERROR_LENGTH]

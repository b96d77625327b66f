"""Quotes of this installation: from its settings and history, signed with its key, and held
against caps before a request is written."""

from __future__ import annotations

import os
import secrets
import tempfile
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import JsonValue

from arena_assets.domain.money import dollars, to_the_cent
from arena_assets.domain.price_table import PRICES
from arena_assets.domain.prices import PriceTable
from arena_assets.domain.quote import Capacity, Quote, Seconds, most_within, quote
from arena_assets.domain.quote_costs import Tariff
from arena_assets.domain.quote_token import Terms, read, request_hash, short_hash, sign
from arena_assets.domain.request import RequestSpec
from arena_assets.domain.services import CLAUDE, Services
from arena_assets.domain.usage import Span
from arena_assets.errors import EnvironmentFault, Refused, UsageFault
from arena_assets.ledger.budget import how_to_raise, named
from arena_assets.settings import Settings
from arena_assets.store.base import utc_now
from arena_assets.store.budgets import get_budgets
from arena_assets.store.database import Database
from arena_assets.store.faults import folder_faults
from arena_assets.store.history import gpu_seconds, remembered, slot_seconds
from arena_assets.store.requests import PlacedRequest, find_placed, place_request

KEY_FILE = "quote.key"
_KEY_BYTES = 32


def services_of(settings: Settings) -> Services:
    """The chosen services with their terms, as the settings name them."""
    return Services(
        lore=settings.lore,
        pictures=settings.pictures,
        clips=settings.clips,
        music=settings.music,
        claude_model=settings.claude_model,
        claude_at_once=settings.claude_at_once,
        elevenlabs_at_once=settings.elevenlabs_at_once,
        comfyui_servers=max(1, sum(bool(url.strip()) for url in settings.comfyui_urls.split(","))),
        usd_per_gpu_hour=settings.comfyui_usd_per_hour,
        usd_per_music_minute=settings.elevenlabs_usd_per_minute,
    )


@dataclass(frozen=True, slots=True)
class Counter:
    """Where quotes are given and honoured. Opening one reads the history once."""

    settings: Settings
    db: Database
    tariff: Tariff
    measured: Seconds

    @classmethod
    def open(
        cls, settings: Settings, db: Database, prices: PriceTable = PRICES, *, age: float = 0.0
    ) -> Counter:
        """``age``: how old, in seconds, what the history taught this process may be."""
        tariff = Tariff(services_of(settings), utc_now().date(), prices)
        # What the GPU's own clock says is better than what its queue made of it.
        kinds = remembered(slot_seconds, db, age) | remembered(gpu_seconds, db, age)
        measured = {
            (kind.asset, kind.provider): Span(seconds.low, seconds.expected, seconds.high)
            for kind, seconds in kinds.items()
        }
        return cls(settings, db, tariff, measured)

    def quote(self, spec: RequestSpec) -> Quote:
        """What the whole request will cost, and how long it takes once it has begun."""
        return self._quote(spec, spec.count)

    def _quote(self, spec: RequestSpec, count: int) -> Quote:
        capacity = Capacity(self.settings.runs_at_once, self.settings.slots_at_once)
        tariff = replace(self.tariff, services=self._services(spec))
        return quote(count, tariff, capacity, self.measured)

    def _services(self, spec: RequestSpec) -> Services:
        """The services on the terms of this request. Raises UsageFault for terms they lack."""
        services = self.tariff.services
        if spec.economy and services.lore != CLAUDE:
            raise UsageFault(
                "Economy is half the price of Claude's lore, and Claude is not chosen",
                "Leave out --economy, or set ARENA_LORE=claude",
            )
        return replace(services, economy=spec.economy)

    def promise(self, spec: RequestSpec, quoted: Quote) -> tuple[Terms, str]:
        """The terms of a quote for a request from now on, and the token that holds them."""
        now = utc_now().replace(microsecond=0)
        terms = Terms(
            quote_id=uuid.uuid4().hex,
            made_at=now,
            expires_at=now + timedelta(minutes=self.settings.quote_minutes),
            request=request_hash(spec),
            prices=self.prices_version,
            services=self.services_version(spec),
            usd=quoted.usd,
        )
        return terms, sign(terms, signing_key(self.settings.data_dir))

    @property
    def prices_version(self) -> str:
        return short_hash(self.tariff.prices.version(self.tariff.day))

    def services_version(self, spec: RequestSpec) -> str:
        return short_hash(self._services(spec).digest)

    def honour(self, token: str, spec: RequestSpec) -> Terms:
        """The terms of a token that holds for this request now. Raises UsageFault for one that is
        not ours, Refused for one that has expired or was for something else."""
        terms = read(token, signing_key(self.settings.data_dir))
        terms.require(spec, self.prices_version, self.services_version(spec), utc_now())
        return terms

    def require_room(self, spec: RequestSpec, expected: Decimal) -> None:
        """Raise Refused when what is expected passes the request's cap, or a budget's rest.

        A first answer only: calls are held to every cap again, one by one, when they are made.
        """
        if spec.cap_usd is not None and expected > spec.cap_usd:
            raise self._too_dear(
                spec, expected, spec.cap_usd, dollars(spec.cap_usd), "give a higher --cap"
            )
        tight = [
            (each.left_usd, each)
            for each in get_budgets(self.db, project=spec.project)
            if each.left_usd is not None and each.left_usd < expected
        ]
        if tight:
            left, budget = min(tight, key=lambda each: each[0])
            raise self._too_dear(
                spec,
                expected,
                left,
                f"the {dollars(left)} left of {named(budget)}",
                f"raise it with '{how_to_raise(budget)}'",
            )

    def _too_dear(
        self, spec: RequestSpec, expected: Decimal, room: Decimal, named_room: str, instead: str
    ) -> Refused:
        each = to_the_cent(expected / spec.count)
        fits = most_within(
            room, spec.count - 1, lambda count: self._quote(spec, count).usd.expected
        )
        smaller = f"Ask with --count {fits}, or " if fits else ""
        step = f"{smaller}{instead}; all {spec.count} need about {dollars(expected)}"
        return Refused(
            f"At about {dollars(each)} an arena, {named_room} pays for {fits or 'none'}",
            step[0].upper() + step[1:],
        )


def place_quoted(
    settings: Settings,
    db: Database,
    spec: RequestSpec,
    idempotency_key: str | None = None,
    token: str | None = None,
) -> tuple[PlacedRequest, Quote | None]:
    """Place a request that its caps have room for, at a quoted price or at today's.

    A key that placed it before gives that request again, and no quote: nothing new is bought, so
    neither an expired token nor a spent budget stands in the way. Otherwise nothing is written
    unless the token holds and the expected price fits.
    """
    earlier = find_placed(db, spec, idempotency_key)
    if earlier is not None:
        return earlier, None
    counter = Counter.open(settings, db)
    quoted = counter.quote(spec)
    terms = None if token is None else counter.honour(token, spec)
    usd = quoted.usd if terms is None else terms.usd
    counter.require_room(spec, usd.expected)
    told: dict[str, JsonValue] = {
        "quote": None if terms is None else terms.quote_id,
        "expected_usd": str(usd.expected),
        "expected_seconds": round(quoted.seconds.expected, 1),
    }
    return place_request(db, spec, idempotency_key, told=told), quoted


def signing_key(folder: Path) -> bytes:
    """The key of this installation's quotes; made once, readable by its owner alone."""
    path = folder / KEY_FILE
    with folder_faults(folder):
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            _make_key(path)
        text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise EnvironmentFault(
            f"The key in {path} is damaged", "Remove that file; quotes given so far then end"
        )
    return key


def _make_key(path: Path) -> None:
    """Whole or not at all: of two processes that make one, the first to link it has made it."""
    handle, name = tempfile.mkstemp(prefix=".quote-", dir=path.parent)  # mode 0600
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(_KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(part)
    except FileExistsError:
        pass
    finally:
        part.unlink(missing_ok=True)

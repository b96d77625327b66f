"""A quote: what a batch will cost and how long it will take, before anything is spent.

Dollars are whole cents per stage, and the total is their sum. Time has two meanings: a stage's is
how long the batch keeps that stage busy, the total is how long the batch takes from its first run
to its last. With one arena at a time the total is the sum of the stages; with more, stages of
different arenas overlap.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from math import ceil

from arena_assets.domain.quote_costs import FREE, Tariff, Usd
from arena_assets.domain.services import CLAUDE, COMFYUI, ELEVENLABS, EMBEDDED, Services
from arena_assets.domain.slots import (
    CLIPS,
    IMAGES,
    METADATA,
    MUSIC,
    PACK,
    ROW,
    SCENE,
    SEQUENCE_SET,
    UPSTREAM,
    VIDEOS,
)
from arena_assets.domain.usage import ECONOMY_WAIT, Span, usual_seconds

STAGES: tuple[str, ...] = tuple(dict.fromkeys(slot.asset for slot in UPSTREAM))
"""The assets in the order they are made."""
_TITLES = {
    METADATA: "lore",
    SCENE: "scene",
    IMAGES: "pictures",
    CLIPS: "clips",
    SEQUENCE_SET: "edits",
    MUSIC: "music",
    VIDEOS: "videos",
    ROW: "publishing",
    PACK: "pack",
}
_SIDE_BY_SIDE = (CLIPS, SEQUENCE_SET, MUSIC, VIDEOS)
_LORE, _RENDER, _ENCODE, _COMPOSE, _RELEASE = "lore", "render", "encode", "compose", "release"
_POOLS = {
    METADATA: _LORE,
    SCENE: _RENDER,
    IMAGES: _RENDER,
    CLIPS: _ENCODE,
    SEQUENCE_SET: _ENCODE,
    MUSIC: _COMPOSE,
    VIDEOS: _ENCODE,
    ROW: _RELEASE,
    PACK: _RELEASE,
}
POOL_LIMITS = {_LORE: 4, _RENDER: 1, _ENCODE: 1, _COMPOSE: 1, _RELEASE: 2}
"""How many runs hold each pool at once at first start (``defs/pools.py``); a test compares."""
_WAITING_FOR_A_SERVICE = 2
"""What the limit of a pool is whose step waits for a service rather than for this machine."""

Seconds = Mapping[tuple[str, str], Span]
"""Measured seconds of one slot by asset and provider."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many arenas are made side by side, and slots of one step."""

    runs: int = 1
    slots: int = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """One asset of the whole batch. ``measured``: its time was learned here, not assumed."""

    asset: str
    provider: str
    usd: Usd
    seconds: Span
    measured: bool

    @property
    def title(self) -> str:
        return _TITLES[self.asset]


@dataclass(frozen=True, slots=True)
class Quote:
    count: int
    stages: tuple[Stage, ...]
    seconds: Span
    one_at_a_time: bool

    @property
    def usd(self) -> Usd:
        """The sum of the stages, to the cent."""
        return reduce(Usd.__add__, (each.usd for each in self.stages), FREE)

    @property
    def embedded(self) -> bool:
        """Whether no service is called at all: then it costs exactly nothing."""
        return all(each.provider == EMBEDDED for each in self.stages)


def quote(count: int, tariff: Tariff, capacity: Capacity, measured: Seconds) -> Quote:
    """The quote for ``count`` arenas. Raises UsageFault for what has no known price."""
    services = tariff.services
    works = [_Work.of(asset, services, capacity, measured) for asset in STAGES]
    stages = tuple(
        Stage(
            each.asset,
            each.provider,
            tariff.stage(each.asset, count, each.slots, each.per_slot),
            _span(lambda point, each=each: each.busy(point, count, capacity.runs)),  # type: ignore[misc]
            each.measured,
        )
        for each in works
    )
    wall = _span(lambda point: _wall(works, point, count, capacity.runs))
    return Quote(count, stages, wall, min(count, capacity.runs) == 1)


def most_within(room: Decimal, most: int, expected: Callable[[int], Decimal]) -> int:
    """How many arenas, at most ``most``, are expected to cost no more than ``room``."""
    fits, too_many = 0, most + 1
    while too_many - fits > 1:
        middle = (fits + too_many) // 2
        if expected(middle) <= room:
            fits = middle
        else:
            too_many = middle
    return fits


_Point = Callable[[Span], float]
_POINTS: tuple[_Point, ...] = (
    lambda span: span.low,
    lambda span: span.expected,
    lambda span: span.high,
)


def _span(of: Callable[[_Point], float]) -> Span:
    return Span(*(of(point) for point in _POINTS))


@dataclass(frozen=True, slots=True)
class _Work:
    """A stage of one arena: its slots, how many are in work together, what it holds meanwhile."""

    asset: str
    provider: str
    slots: int
    per_slot: Span
    width: int
    limits: Mapping[str, int]
    """What the stage holds, with how many runs may hold that at once."""
    wait: Span
    """What passes once for the whole batch, whatever else goes on."""
    measured: bool

    @classmethod
    def of(cls, asset: str, services: Services, capacity: Capacity, measured: Seconds) -> _Work:
        provider = services.of(asset)
        slots = sum(1 for slot in UPSTREAM if slot.asset == asset)
        seconds = measured.get((asset, provider))
        economy = provider == CLAUDE and services.economy
        return cls(
            asset,
            provider,
            slots,
            Span(0, 0, 0) if economy else seconds or usual_seconds(asset, provider),
            min(slots, _width(asset, provider, services, capacity)),
            _limits(asset, provider, services),
            ECONOMY_WAIT if economy else Span(0, 0, 0),
            seconds is not None and not economy,
        )

    def one(self, point: _Point) -> float:
        """Seconds of one arena."""
        return point(self.per_slot) * self.slots / self.width

    def busy(self, point: _Point, count: int, runs: int) -> float:
        """Seconds that the batch keeps this stage busy, were it the only one."""
        lanes = min(count, runs, *self.limits.values())
        return self.one(point) * count / lanes + point(self.wait)


def _width(asset: str, provider: str, services: Services, capacity: Capacity) -> int:
    """Slots that are really worked on together: a GPU draws one job at a time, however many
    wait in its queue."""
    if provider == COMFYUI:
        return services.comfyui_servers
    if provider == ELEVENLABS:
        return services.elevenlabs_at_once
    return capacity.slots if asset in _SIDE_BY_SIDE else 1


def _limits(asset: str, provider: str, services: Services) -> dict[str, int]:
    """What a stage holds. One arena's slots fill ComfyUI or ElevenLabs: a second run's would only
    stand in its queue."""
    pool = _POOLS[asset]
    held = {pool: pool_limits(services)[pool]}
    return held | {provider: 1} if provider in (COMFYUI, ELEVENLABS) else held


def pool_of(asset: str) -> str:
    """The pool that an asset's step holds while it works."""
    return _POOLS[asset]


def pool_limits(services: Services) -> dict[str, int]:
    """How many runs may hold each pool: more of one whose steps wait for a service."""
    limits = dict(POOL_LIMITS)
    if services.lore == CLAUDE:
        limits[_LORE] = services.claude_at_once
    for asset in (IMAGES, CLIPS, MUSIC):
        if services.of(asset) != EMBEDDED:
            limits[_POOLS[asset]] = _WAITING_FOR_A_SERVICE
    return limits


def _wall(works: Sequence[_Work], point: _Point, count: int, runs: int) -> float:
    """Seconds of the whole batch: the longer of what the runs need, each arena after another, and
    what the busiest pool or service needs while the rest of one arena goes on beside it.

    Of a flow shop whose jobs are all alike the second is the makespan itself
    (Pinedo, Scheduling, ch. 6: proportionate flow shops).
    """
    whole = sum(each.one(point) for each in works)
    lanes = min(count, runs)
    longest = ceil(count / lanes) * whole
    for held in {name for each in works for name in each.limits}:
        holders = [each for each in works if held in each.limits]
        load = sum(each.one(point) for each in holders)
        limit = min(lanes, holders[0].limits[held])
        longest = max(longest, load * count / limit + (whole - load))
    return longest + max(point(each.wait) for each in works)

"""What goes in and comes out: the schemas of requests, arenas and slots."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from arena_assets.domain.request import BRIEF_MAX, COUNT_MAX, PRIORITY_RANGE
from arena_assets.domain.style import WISH_MAX
from arena_assets.store.decisions import Decision
from arena_assets.store.plans import Plan

SlotsAsked = Annotated[
    list[Annotated[str, Field(max_length=80)]],
    Field(min_length=1, max_length=43, examples=[["image_set/view_03"]]),
]


class Given(BaseModel):
    """A body: unknown fields are refused, so that a typing error is no silent default."""

    model_config = ConfigDict(extra="forbid")


class Ask(Given):
    """A request for arenas, or for a quote of one."""

    project: Annotated[str, Field(max_length=48, examples=["card-game"])]
    count: Annotated[int, Field(ge=1, le=COUNT_MAX, examples=[2])] = 1
    theme: Annotated[str | None, Field(max_length=40, examples=["crystal_cavern"])] = None
    mana_color: Annotated[str | None, Field(max_length=20, examples=["AZURE"])] = None
    brief: Annotated[str, Field(max_length=BRIEF_MAX)] = ""
    priority: Annotated[int, Field(ge=PRIORITY_RANGE[0], le=PRIORITY_RANGE[1])] = 0
    cap_usd: Annotated[str | None, Field(max_length=20, examples=["12.50"])] = None
    economy: Annotated[
        bool, Field(description="Claude's lore at half its price, within a day.")
    ] = False


class Order(Ask):
    """A request; ``quote`` is the token of a quote that shall hold."""

    quote: Annotated[str | None, Field(max_length=2_000)] = None


class Redo(Given):
    """``wishes``: what shall be otherwise, by slot, where its maker listens."""

    slots: SlotsAsked
    wishes: dict[str, Annotated[str, Field(max_length=WISH_MAX)]] = {}
    unpin: bool = False


class Verdict(Given):
    """A decision about what a slot holds. ``key`` is the content key of what was looked at; an
    approval or a rejection of anything else is refused."""

    slot: Annotated[str, Field(max_length=80, examples=["image_set/view_03"])]
    verdict: Literal["approve", "reject", "choose", "unpin"]
    reason: Annotated[str, Field(max_length=500)] = ""
    key: Annotated[str | None, Field(pattern="^[0-9a-f]{64}$")] = None
    take: Annotated[int | None, Field(ge=1, le=100_000)] = None
    again: bool = True
    wish: Annotated[str, Field(max_length=WISH_MAX)] = ""
    unpin: bool = False


class Item(Given):
    arena: Annotated[str, Field(max_length=20, examples=["arena-000042"])]
    slot: Annotated[str, Field(max_length=80, examples=["music_tracks/main"])]


class Items(Given):
    items: Annotated[list[Item], Field(min_length=1, max_length=500)]


class Page(BaseModel):
    """``next`` is the cursor of the next page; null on the last."""

    next: str | None


class ArenaOut(BaseModel):
    """An arena in a list."""

    arena: str
    arena_id: int
    request_id: int
    project: str
    name: str | None
    mana_color: str
    theme: str
    state: str
    reason: str | None
    waits_for_review: bool
    priority: int
    style_version: int | None
    slots_done: int
    slots: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, plan: Plan, done: int, slots: int, waits: bool) -> ArenaOut:
        return cls(
            arena=plan.partition,
            arena_id=plan.arena_id,
            request_id=plan.request_id,
            project=plan.project,
            name=plan.name,
            mana_color=plan.mana_color.value,
            theme=plan.theme.value,
            state=plan.state.value,
            reason=plan.reason,
            waits_for_review=waits,
            priority=plan.priority,
            style_version=plan.style_version,
            slots_done=done,
            slots=slots,
            created_at=plan.created_at,
            updated_at=plan.updated_at,
        )


class ArenaPage(Page):
    arenas: list[ArenaOut]


class DecisionOut(BaseModel):
    at: datetime
    slot: str
    take: int
    verdict: str
    reason: str
    who: str

    @classmethod
    def of(cls, made: Decision) -> DecisionOut:
        return cls(
            at=made.at,
            slot=str(made.slot),
            take=made.take,
            verdict=made.verdict.value,
            reason=made.reason,
            who=made.who,
        )


class SlotOut(BaseModel):
    """A slot: what it holds now, and the decision that counts."""

    slot: str
    take: int
    made: bool
    fresh: bool
    approved: bool
    key: str | None
    files: dict[str, Any]
    measurements: dict[str, Any]
    passed: bool | None
    provider: str | None
    fallback: bool
    seconds: float | None
    price_usd: str | None
    decision: DecisionOut | None

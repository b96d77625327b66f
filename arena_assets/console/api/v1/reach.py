"""What every endpoint begins with: who asks, and what of it they may reach.

What belongs to a project that somebody may not see is answered as what does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Header, Path, Query, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from arena_assets.actions.handover import hand_over_now
from arena_assets.actions.once import Answer, once, once_elsewhere
from arena_assets.console.auth.access import Admin, Producer, Reader, Reviewer, Spender
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.errors import problem
from arena_assets.domain.identity import arena_id_of, partition_key, project_slug
from arena_assets.domain.slots import UPSTREAM, Slot, SlotName, parse_slot
from arena_assets.errors import ArenaError, NotFound, UsageFault
from arena_assets.store.once import get_act
from arena_assets.store.plans import Plan, get_plan
from arena_assets.store.requests import RequestRecord, get_request
from arena_assets.store.versions import project_id_of

__all__ = ["Admin", "Producer", "Reader", "Reviewer", "Spender"]
At = Annotated[Desk, Depends(desk)]
ArenaId = Annotated[
    str, Path(max_length=20, description="Like `arena-000042` or `42`.", examples=["arena-000042"])
]
ProjectSlug = Annotated[str, Path(max_length=48, examples=["card-game"])]
SlotText = Annotated[str, Query(max_length=80, examples=["image_set/view_03"])]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        description="The same key with the same body is the same act, answered alike.",
    ),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
MAX_ID = 2**31 - 1


def plan_for(at: Desk, principal: Principal, arena: str) -> Plan:
    """The arena, if it is there for them; raises :class:`NotFound` alike for both."""
    plan = get_plan(at.db, arena_id_of(arena))
    if not sees(principal, plan.project):
        raise NotFound(
            f"There is no {partition_key(plan.arena_id)}", "'arena list' shows those there are"
        )
    return plan


def request_for(at: Desk, principal: Principal, request_id: int) -> RequestRecord:
    """The request, if it is there for them."""
    record = get_request(at.db, request_id)
    if not sees(principal, record.spec.project):
        raise NotFound(
            f"There is no request {request_id}", "'arena list' shows every arena's request"
        )
    return record


def project_for(at: Desk, principal: Principal, project: str) -> str:
    """The project's name, if it is there for them."""
    require_project(principal, project_slug(project))
    project_id_of(at.db, project)
    return project


def require_project(principal: Principal, project: str) -> None:
    """Raise :class:`NotFound`, as for what is not there, when they may not see a project."""
    if not sees(principal, project):
        raise NotFound(f"There is no project '{project}'", "Make it first, or choose another")


def sees(principal: Principal, project: str) -> bool:
    return principal.may(Scope.READ, project)


def visible(principal: Principal, project: str | None) -> Collection[str] | None:
    """Whose rows a list shows: the project asked for or all they may see; None is every project."""
    if project is None:
        return principal.projects
    return [project] if sees(principal, project) else []


def slot_for(at: Desk, principal: Principal, arena: str, slot: str) -> Slot:
    return Slot(plan_for(at, principal, arena).arena_id, parse_slot(slot))


def in_order(slots: Any) -> list[str]:
    """Slots as text, in the order of the product."""
    chosen: set[SlotName] = set(slots)
    return [str(slot) for slot in UPSTREAM if slot in chosen]


class Acts:
    """How a route changes something: once per idempotency key, in one transaction with its lines
    of the audit log."""

    def __init__(self, request: Request, at: At, key: IdempotencyKey = None) -> None:
        self._at, self._key = at, key
        request.state.audited = True  # an act says what it changed; a replay changes nothing
        self._route = f"{request.method} {request.url.path}"

    def once(
        self,
        who: Principal,
        body: BaseModel | Mapping[str, Any] | None,
        act: Callable[[], Any],
        *,
        status: int = 200,
        then: Callable[[], object] | None = None,
    ) -> Response:
        """``act`` changes the database alone and returns the answer, or raises
        :class:`Kept`; ``then`` is what follows elsewhere once that is committed."""

        def kept() -> Answer:
            try:
                return status, jsonable_encoder(act())
            except Kept as refusal:
                return refusal.error.http_status, problem(refusal.error)

        found = once(self._at.db, who.owner, self._key, self._route, _plain(body), kept, then=then)
        return _answered(found)

    def hand_over(self) -> None:
        """What follows an act that wants arenas launched: those that may run start at once."""
        hand_over_now(self._at.settings, self._at.db)

    def fresh(self, who: Principal) -> bool:
        """Whether the act is still to be done: nothing is kept under its key."""
        return self._key is None or get_act(self._at.db, who.owner, self._key) is None

    def once_elsewhere(
        self, who: Principal, body: BaseModel | Mapping[str, Any] | None, act: Callable[[], Any]
    ) -> Response:
        """For an act whose effect is at a service, and that is safe to repeat."""

        def kept() -> Answer:
            return 200, jsonable_encoder(act())

        route = self._route
        found = once_elsewhere(self._at.db, who.owner, self._key, route, _plain(body), kept)
        return _answered(found)


Once = Annotated[Acts, Depends(Acts)]


class Kept(Exception):
    """A refusal that changed something nevertheless: its changes stand, and it is the answer."""

    def __init__(self, error: ArenaError) -> None:
        super().__init__(str(error))
        self.error = error


def _plain(body: BaseModel | Mapping[str, Any] | None) -> Any:
    return body.model_dump(mode="json") if isinstance(body, BaseModel) else dict(body or {})


def _answered(found: tuple[Answer, bool]) -> Response:
    """An act's answer; a repeated one says so in a header."""
    (status, answer), done_now = found
    headers = {} if done_now else {"Idempotent-Replayed": "true"}
    if status == HTTPStatus.NO_CONTENT:
        return Response(status_code=status, headers=headers)
    kind = "application/problem+json" if status >= HTTPStatus.BAD_REQUEST else None
    return JSONResponse(answer, status, headers=headers, media_type=kind)


def cursor_of(text: str | None) -> int:
    """A page's cursor; raises :class:`UsageFault` for what is none."""
    if text is None:
        return 0
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_ID):
        raise UsageFault("The cursor cannot be read", "Pass on 'next' of the page before as it is")
    return int(text)

"""Quotes and requests."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from arena_assets.actions import quotes
from arena_assets.actions.handover import awaited
from arena_assets.console.api.v1.reach import (
    MAX_ID,
    At,
    Limit,
    Once,
    Reader,
    Spender,
    cursor_of,
    request_for,
    require_project,
    visible,
)
from arena_assets.console.api.v1.shapes import Ask, Order
from arena_assets.domain.identity import partition_key
from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.request import RequestSpec, parse_request
from arena_assets.errors import UsageFault
from arena_assets.ledger.quoting import Counter, place_quoted
from arena_assets.store.requests import RequestRecord, list_requests

router = APIRouter(tags=["requests"])


@router.post("/quotes", summary="What a request would cost and take")
def quote_request(at: At, reader: Reader, asked: Ask) -> dict[str, Any]:
    """The price and time by stage, and a signed token that holds the price for a while."""
    spec = _spec(asked)
    require_project(reader, spec.project)
    counter = Counter.open(at.settings, at.db)
    quoted = counter.quote(spec)
    terms, token = counter.promise(spec, quoted)
    return {
        "quote_id": terms.quote_id,
        "made_at": terms.made_at.isoformat(),
        "expires_at": terms.expires_at.isoformat(),
        "project": spec.project,
        **quotes.as_data(quoted),
        "words": quotes.sentence(quoted),
        "token": token,
    }


@router.post("/requests", status_code=201, summary="Ask for 1 to 100 arenas")
def place_request(at: At, spender: Spender, order: Order, acts: Once) -> Response:
    """Send an Idempotency-Key: a repeated or doubled call then places one request."""
    spec = _spec(order)
    require_project(spender, spec.project)

    def act() -> dict[str, Any]:
        placed, quoted = place_quoted(at.settings, at.db, spec, token=order.quote)
        return {
            "request_id": placed.request_id,
            "project": spec.project,
            "arenas": [partition_key(each) for each in placed.arena_ids],
            "expected": None if quoted is None else quotes.as_data(quoted),
            "words": awaited(at.settings).sentence,
        }

    return acts.once(spender, order, act, status=201, then=acts.hand_over)


@router.get("/requests", summary="Requests, newest first")
def read_requests(
    at: At,
    reader: Reader,
    project: Annotated[str | None, Query(max_length=48)] = None,
    cursor: Annotated[str | None, Query(max_length=20)] = None,
    limit: Limit = 50,
) -> dict[str, Any]:
    projects, before = visible(reader, project), cursor_of(cursor) or None
    found = list_requests(at.db, projects=projects, before=before, limit=limit + 1)
    shown = found[:limit]
    return {
        "requests": [_data(each) for each in shown],
        "next": str(shown[-1].request_id) if len(found) > limit else None,
    }


@router.get("/requests/{request_id}", summary="One request with its arenas")
def read_request(
    at: At, reader: Reader, request_id: Annotated[int, Path(ge=1, le=MAX_ID)]
) -> dict[str, Any]:
    return _data(request_for(at, reader, request_id))


def _spec(asked: Ask) -> RequestSpec:
    given = asked.model_dump(exclude={"quote"}, exclude_none=True)
    for name, kind in (("theme", Theme), ("mana_color", ManaColor)):
        if name in given:
            given[name] = _one_of(kind, str(given[name]))
    return parse_request(**given)


def _one_of(kind: type[Theme] | type[ManaColor], text: str) -> Theme | ManaColor:
    for each in kind:
        if each.value.casefold() == text.strip().casefold():
            return each
    raise UsageFault(f"'{text[:40]}' cannot be used", "Choose one of: " + ", ".join(kind))


def _data(record: RequestRecord) -> dict[str, Any]:
    return {
        "request_id": record.request_id,
        **record.spec.model_dump(mode="json"),
        "arenas": [partition_key(each) for each in record.arena_ids],
        "created_at": record.created_at.isoformat(),
    }

"""A request as its form gives it: read, quoted, placed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from arena_assets.actions.quotes import sentence
from arena_assets.console.desk import Desk
from arena_assets.domain.quote import Quote
from arena_assets.domain.request import RequestSpec, parse_request
from arena_assets.errors import ArenaError
from arena_assets.ledger.quoting import Counter
from arena_assets.store.history import OF_LATE

_FIELDS = ("count", "theme", "mana_color", "brief", "priority", "cap_usd")


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote with the words and the token that go with it, or why there is none."""

    quote: Quote | None = None
    said: str = ""
    token: str = ""
    refused: str = ""


def spec_of(form: Mapping[str, str], known: frozenset[str] = frozenset()) -> RequestSpec:
    """The request that a form describes; an empty field is one that was left out.

    ``economy`` is passed on where requests know it. Raises UsageFault.
    """
    given: dict[str, object] = {"project": form.get("project") or "default"}
    for name in (*_FIELDS, *sorted(known)):
        if value := form.get(name, "").strip():
            given[name] = value
    return parse_request(**given)


def offer(here: Desk, form: Mapping[str, str]) -> Offer:
    """What the request would cost now. Writes nothing; a wrong field is said, not raised."""
    try:
        spec = spec_of(form, extra_fields())
        counter = Counter.open(here.settings, here.db, age=OF_LATE)
        quoted = counter.quote(spec)
        _, token = counter.promise(spec, quoted)
    except ArenaError as error:
        return Offer(refused=str(error))
    try:
        counter.require_room(spec, quoted.usd.expected)
    except ArenaError as error:
        return Offer(quoted, sentence(quoted), "", str(error))
    return Offer(quoted, sentence(quoted), token)


def extra_fields() -> frozenset[str]:
    """Fields of a request beyond the first ones that this version knows: ``economy``."""
    return frozenset({"economy"} & set(RequestSpec.model_fields))


def new_key() -> str:
    """An idempotency key for one form: sent twice, it places one request."""
    return uuid.uuid4().hex

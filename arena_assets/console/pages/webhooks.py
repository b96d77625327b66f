"""Webhooks of a project: where its events are sent, and how sending went."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from arena_assets.actions.webhooks.sending import ATTEMPTS, register
from arena_assets.actions.webhooks.trial import KIND, try_out
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.console.pages.shared import Fields, Here, Producer, go, project_for, show
from arena_assets.errors import ArenaError
from arena_assets.store.webhooks import (
    Delivery,
    Webhook,
    deliveries_of,
    get_webhook,
    list_webhooks,
    pause_webhook,
    remove_webhook,
    send_again,
)

router = APIRouter(prefix="/projects/{slug}/webhooks", include_in_schema=False)
_SHOWN = 25
_GROUPS = {
    "Arenas": ("arena_made", "arena_published", "arena_failed", "arena_unpublished"),
    "Requests": ("request_placed",),
    "Items": ("slot_done", "slot_failed", "slot_approved", "slot_rejected", "slot_chosen"),
    "Money": ("call_parked", "call_settled", "call_released", "call_refunded"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery as the page shows it."""

    delivery: Delivery
    kind: str


@dataclass(frozen=True, slots=True)
class Shown:
    hook: Webhook
    lines: tuple[Line, ...]

    @property
    def last(self) -> Delivery | None:
        return self.lines[0].delivery if self.lines else None


@router.get("")
def webhooks(
    request: Request, here: Here, who: Producer, slug: str, open: int | None = None
) -> Response:
    """All of them; ``open`` is the one whose deliveries are unfolded."""
    return _page(request, here, who, slug, opened=open)


@router.post("")
def add(request: Request, here: Here, who: Producer, slug: str, form: Fields) -> Response:
    """Add one and show its secret, this once; an address that is refused stays in the form."""
    project = project_for(here, who, slug)
    url, kinds = form.get("url", [""])[0].strip(), form.get("kinds", [])
    own = here.settings.webhook_host_names
    try:
        hook_id, secret = register(here.db, project, url, kinds, who=who.name, own_hosts=own)
    except ArenaError as error:
        return _page(request, here, who, slug, url=url, kinds=kinds, refused=error)
    return _page(request, here, who, slug, opened=hook_id, secret=secret)


@router.post("/{hook_id}/pause")
def pause(
    request: Request,
    here: Here,
    who: Producer,
    slug: str,
    hook_id: int,
    paused: Annotated[bool, Form()],
) -> Response:
    """Pause or resume it."""
    pause_webhook(here.db, _hook(here, who, slug, hook_id).webhook_id, paused)
    return go(f"/projects/{slug}/webhooks", request)


@router.post("/{hook_id}/remove")
def remove(request: Request, here: Here, who: Producer, slug: str, hook_id: int) -> Response:
    """Take it away with what was still to be sent."""
    remove_webhook(here.db, _hook(here, who, slug, hook_id).webhook_id)
    return go(f"/projects/{slug}/webhooks", request)


@router.post("/{hook_id}/test")
def test(request: Request, here: Here, who: Producer, slug: str, hook_id: int) -> Response:
    """Send one message now; how it went is the newest delivery."""
    hook = _hook(here, who, slug, hook_id)
    try_out(here.db, hook, here.settings.webhook_host_names)
    return go(f"/projects/{slug}/webhooks?open={hook_id}#hook-{hook_id}", request)


@router.post("/{hook_id}/deliveries/{delivery_id}/again")
def again(
    request: Request, here: Here, who: Producer, slug: str, hook_id: int, delivery_id: int
) -> Response:
    """Have a delivery sent anew."""
    send_again(here.db, _hook(here, who, slug, hook_id).webhook_id, delivery_id)
    return go(f"/projects/{slug}/webhooks?open={hook_id}#hook-{hook_id}", request)


def _page(
    request: Request,
    here: Desk,
    who: Principal,
    slug: str,
    *,
    opened: int | None = None,
    secret: str | None = None,
    url: str = "",
    kinds: list[str] | None = None,
    refused: ArenaError | None = None,
) -> Response:
    project = project_for(here, who, slug)
    shown = [
        Shown(hook, tuple(map(_line, deliveries_of(here.db, hook.webhook_id, limit=_SHOWN))))
        for hook in list_webhooks(here.db, project)
    ]
    found = show(
        request,
        here,
        who,
        "webhooks.html",
        place="projects",
        project=project,
        hooks=shown,
        opened=opened,
        secret=secret,
        url=url,
        kinds=kinds or [],
        refused=refused,
        groups=_GROUPS,
        attempts=ATTEMPTS,
        own_hosts=sorted(here.settings.webhook_host_names),
    )
    found.status_code = refused.http_status if refused else found.status_code
    return found


def _hook(here: Desk, who: Principal, slug: str, hook_id: int) -> Webhook:
    return get_webhook(here.db, hook_id, project_for(here, who, slug))


def _line(delivery: Delivery) -> Line:
    return Line(delivery, KIND if delivery.trial else str(json.loads(delivery.body).get("kind")))

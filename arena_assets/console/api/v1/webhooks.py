"""Webhooks of a project."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from arena_assets.actions.webhooks.addresses import checked
from arena_assets.actions.webhooks.sending import KINDS_MAX, keep
from arena_assets.actions.webhooks.trial import try_out
from arena_assets.console.api.v1.reach import (
    MAX_ID,
    At,
    Limit,
    Once,
    Producer,
    ProjectSlug,
    project_for,
)
from arena_assets.console.api.v1.shapes import Given
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

router = APIRouter(prefix="/projects/{project}/webhooks", tags=["webhooks"])
Kind = Annotated[str, Field(max_length=64)]
HookId = Annotated[int, Path(ge=1, le=MAX_ID)]


class NewWebhook(Given):
    """``kinds`` empty: every kind of event but passing progress."""

    url: Annotated[str, Field(max_length=2_000, examples=["https://example.com/arena-events"])]
    kinds: Annotated[list[Kind], Field(max_length=KINDS_MAX)] = Field(default_factory=list)


class Switch(Given):
    paused: bool


@router.get("", summary="Where the project's events are sent")
def read_webhooks(at: At, producer: Producer, project: ProjectSlug) -> list[dict[str, Any]]:
    slug = project_for(at, producer, project)
    return [_data(each) for each in list_webhooks(at.db, slug)]


@router.post("", status_code=201, summary="Send the project's events somewhere")
def add_webhook(
    at: At, producer: Producer, project: ProjectSlug, new: NewWebhook, acts: Once
) -> Response:
    """The secret that signs is told this once."""
    slug = project_for(at, producer, project)
    own = at.settings.webhook_host_names
    checked(new.url, own)  # before: it asks for the name, and no transaction waits for that

    def act() -> dict[str, Any]:
        hook_id, secret = keep(at.db, slug, new.url, new.kinds, who=producer.name)
        return {"webhook_id": hook_id, "secret": secret}

    return acts.once(producer, new, act, status=201)


@router.patch("/{webhook_id}", summary="Pause or resume it")
def switch_webhook(
    at: At,
    producer: Producer,
    project: ProjectSlug,
    webhook_id: HookId,
    switch: Switch,
    acts: Once,
) -> Response:
    """While it is paused nothing is sent, and what happens meanwhile never is; deliveries that were
    waiting go on afterwards."""
    slug = project_for(at, producer, project)

    def act() -> dict[str, Any]:
        get_webhook(at.db, webhook_id, slug)
        pause_webhook(at.db, webhook_id, switch.paused)
        return _data(get_webhook(at.db, webhook_id, slug))

    return acts.once(producer, switch, act)


@router.post("/{webhook_id}/test", summary="Send one test message now, and say how it went")
def test_webhook(
    at: At, producer: Producer, project: ProjectSlug, webhook_id: HookId, acts: Once
) -> Response:
    """Signed like any other; its kind is `webhook_test`. It is not tried again. It leaves this
    machine: a repeat whose first answer was lost with its process sends another."""
    hook = get_webhook(at.db, webhook_id, project_for(at, producer, project))
    own = at.settings.webhook_host_names
    return acts.once_elsewhere(producer, None, lambda: _delivery(try_out(at.db, hook, own)))


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/retry",
    status_code=204,
    summary="Send a delivery again, now",
)
def retry_delivery(
    at: At,
    producer: Producer,
    project: ProjectSlug,
    webhook_id: HookId,
    delivery_id: Annotated[int, Path(ge=1, le=MAX_ID)],
    acts: Once,
) -> Response:
    hook = get_webhook(at.db, webhook_id, project_for(at, producer, project))
    return acts.once(
        producer, None, lambda: send_again(at.db, hook.webhook_id, delivery_id), status=204
    )


@router.delete("/{webhook_id}", status_code=204, summary="Send no more there")
def drop_webhook(
    at: At, producer: Producer, project: ProjectSlug, webhook_id: HookId, acts: Once
) -> Response:
    slug = project_for(at, producer, project)

    def act() -> None:
        get_webhook(at.db, webhook_id, slug)
        remove_webhook(at.db, webhook_id)

    return acts.once(producer, None, act, status=204)


@router.get("/{webhook_id}/deliveries", summary="How sending went, the newest first")
def read_deliveries(
    at: At,
    producer: Producer,
    project: ProjectSlug,
    webhook_id: HookId,
    before: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    limit: Limit = 50,
) -> list[dict[str, Any]]:
    """`before` a number: the page after the one that ended with that `delivery_id`."""
    get_webhook(at.db, webhook_id, project_for(at, producer, project))
    return [
        _delivery(each) for each in deliveries_of(at.db, webhook_id, before=before, limit=limit)
    ]


def _data(hook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": hook.webhook_id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "paused": hook.paused,
        "who": hook.who,
        "created_at": hook.created_at.isoformat(),
    }


def _delivery(found: Delivery) -> dict[str, Any]:
    return {
        "delivery_id": found.delivery_id,
        "event": None if found.trial else found.event_seq,
        "test": found.trial,
        "state": found.state,
        "attempts": found.attempts,
        "status": found.status,
        "error": found.error,
        "at": found.at.isoformat(),
        "next_at": found.next_at.isoformat() if found.state == "waiting" else None,
    }

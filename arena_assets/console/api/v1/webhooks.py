"""Webhooks of a project."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from pydantic import Field

from arena_assets.actions.webhooks.addresses import checked
from arena_assets.actions.webhooks.sending import KINDS_MAX, keep
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
from arena_assets.errors import NotFound
from arena_assets.store.webhooks import (
    Webhook,
    deliveries_of,
    list_webhooks,
    remove_webhook,
)

router = APIRouter(prefix="/projects/{project}/webhooks", tags=["webhooks"])
Kind = Annotated[str, Field(max_length=64)]
HookId = Annotated[int, Path(ge=1, le=MAX_ID)]


class NewWebhook(Given):
    """``kinds`` empty: every kind of event but passing progress."""

    url: Annotated[str, Field(max_length=2_000, examples=["https://example.com/arena-events"])]
    kinds: Annotated[list[Kind], Field(max_length=KINDS_MAX)] = Field(default_factory=list)


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


@router.delete("/{webhook_id}", status_code=204, summary="Send no more there")
def drop_webhook(
    at: At, producer: Producer, project: ProjectSlug, webhook_id: HookId, acts: Once
) -> Response:
    slug = project_for(at, producer, project)

    def act() -> None:
        _hook(at, slug, webhook_id)
        remove_webhook(at.db, webhook_id)

    return acts.once(producer, None, act, status=204)


@router.get("/{webhook_id}/deliveries", summary="How sending went, the newest first")
def read_deliveries(
    at: At, producer: Producer, project: ProjectSlug, webhook_id: HookId, limit: Limit = 50
) -> list[dict[str, Any]]:
    _hook(at, project_for(at, producer, project), webhook_id)
    return [
        {
            "event": each.event_seq,
            "state": each.state,
            "attempts": each.attempts,
            "status": each.status,
            "error": each.error,
            "next_at": each.next_at.isoformat() if each.state == "waiting" else None,
        }
        for each in deliveries_of(at.db, webhook_id, limit=limit)
    ]


def _hook(at: At, slug: str, webhook_id: int) -> Webhook:
    for each in list_webhooks(at.db, slug):
        if each.webhook_id == webhook_id:
            return each
    raise NotFound(f"There is no webhook {webhook_id}", "See the project's webhooks")


def _data(hook: Webhook) -> dict[str, Any]:
    return {
        "webhook_id": hook.webhook_id,
        "url": hook.url,
        "kinds": list(hook.kinds),
        "who": hook.who,
        "created_at": hook.created_at.isoformat(),
    }

"""A trial: one signed message to a webhook, now, and what came back. It is not tried again."""

from __future__ import annotations

import json
from collections.abc import Collection

from arena_assets.actions.webhooks.addresses import Resolve, resolve
from arena_assets.actions.webhooks.sending import LEASE, attempt
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.webhooks import (
    Delivery,
    Webhook,
    begin_trial,
    deliveries_of,
    settle_delivery,
)

KIND = "webhook_test"


def try_out(
    db: Database, hook: Webhook, own_hosts: Collection[str] = (), *, look_up: Resolve = resolve
) -> Delivery:
    """Send it, paused or not, and give the delivery as it ended.

    Its effect is outside the database: sent twice it arrives twice.
    """
    body = {"kind": KIND, "project": hook.project, "at": utc_now().isoformat()}
    begun = begin_trial(db, hook.webhook_id, json.dumps(body), LEASE)
    status, error = attempt(hook, begun, own_hosts, look_up)
    state = "delivered" if error is None else "given_up"
    settle_delivery(db, begun.delivery_id, state, status=status, error=error)
    found = deliveries_of(db, hook.webhook_id, limit=20)
    return next(each for each in found if each.delivery_id == begun.delivery_id)

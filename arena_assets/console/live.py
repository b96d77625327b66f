"""What runs beside the pages in the console's process: the event pump, and sending webhooks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from arena_assets.actions.webhooks.sending import keep_sending
from arena_assets.console.desk import Desk
from arena_assets.console.events.pump import EventPump

_GRACE_SECONDS = 2.0


@asynccontextmanager
async def running(app: FastAPI, desk: Desk) -> AsyncIterator[None]:
    """The pump and the sender for as long as the application runs; both end with it."""
    pump: EventPump = app.state.pump
    stop = threading.Event()
    sender = threading.Thread(
        target=keep_sending,
        args=(desk.db, desk.settings.webhook_host_names, stop),
        name="webhooks",
        daemon=True,
    )
    sender.start()
    try:
        yield
    finally:
        stop.set()
        await pump.stop()
        await asyncio.to_thread(sender.join, _GRACE_SECONDS)

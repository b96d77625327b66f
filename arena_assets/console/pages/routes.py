"""Every page's router. Fixed addresses come before those with a name in them."""

from __future__ import annotations

from fastapi import APIRouter

from arena_assets.console.pages import (
    acts,
    api_docs,
    arena,
    arenas,
    blind,
    calls,
    home,
    operations,
    projects,
    redo,
    requests,
    review,
    style,
    webhooks,
)

PAGES: tuple[APIRouter, ...] = (
    home.router,
    requests.router,
    arenas.router,
    arena.router,
    acts.router,
    redo.router,
    blind.router,
    review.router,
    projects.router,
    style.router,
    webhooks.router,
    operations.router,
    calls.router,
    api_docs.router,
)

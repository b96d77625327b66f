"""The overview."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from arena_assets.console.auth.access import needs
from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.console.render import page

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(request: Request, who: Annotated[Principal, Depends(needs(Scope.READ))]) -> Response:
    """The page after sign-in."""
    return page(request, "home.html", here="home", who=who)

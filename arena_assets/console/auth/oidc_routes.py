"""Sign-in by the OpenID Connect provider: there, and back once."""

from __future__ import annotations

import hmac

from fastapi import APIRouter, Depends, Request, Response
from starlette.responses import RedirectResponse

from arena_assets.actions.oidc.id_token import checked_claims
from arena_assets.actions.oidc.options import CALLBACK
from arena_assets.actions.oidc.people import welcome
from arena_assets.actions.oidc.provider import Provider
from arena_assets.console.auth.access import public
from arena_assets.console.auth.cookies import FLOW_COOKIE, clear_flow, set_flow
from arena_assets.console.auth.routes import Here, let_in, local, sign_in_form
from arena_assets.console.origin import address_of
from arena_assets.errors import ArenaError, Forbidden, NotFound
from arena_assets.store.audit import Actor, note
from arena_assets.store.identities import begin_flow, end_flow
from arena_assets.store.tries import begin_try, forgive

router = APIRouter(include_in_schema=False)
_LONGEST = 2000


@router.get("/sign-in/oidc", dependencies=[Depends(public)])
def go_there(request: Request, here: Here, next: str = "/") -> Response:
    """Send a browser to the provider, with a cookie that says it is the one that went."""
    try:
        provider = _provider(request)
        provider.discovered()
        flow = begin_flow(here.db, local(next[:_LONGEST]))
        url = provider.authorization_url(
            _redirect_uri(request, here), flow.state, flow.nonce, flow.verifier
        )
    except ArenaError as error:
        return sign_in_form(request, here, "/", error)
    answer = RedirectResponse(url, status_code=303)
    set_flow(answer, flow.browser, here.settings)
    return answer


@router.get(CALLBACK, dependencies=[Depends(public)])
def come_back(
    request: Request,
    here: Here,
    state: str = "",
    code: str = "",
    iss: str | None = None,
    error: str | None = None,
) -> Response:
    """Let somebody in whom the provider sent back, under a new session id."""
    origin = address_of(request)
    try:
        begin_try(here.db, origin)
        provider = _provider(request)
        browser = request.cookies.get(FLOW_COOKIE, "")
        flow = end_flow(here.db, state[:200], browser)
        if flow is None:
            raise Forbidden("This sign-in was not begun here, or is too old", "Begin again")
        _require_issuer(provider, iss)
        if error is not None or not code:
            raise Forbidden("The provider did not confirm this sign-in", "Begin again")
        redirect_uri = _redirect_uri(request, here)
        token = provider.exchange(code[:_LONGEST], redirect_uri, flow.verifier)
        claims = checked_claims(provider, token, flow.nonce)
        user = welcome(here.db, provider.options, claims, origin)
    except ArenaError as refusal:
        note(
            here.db, Actor("provider's sign-in", origin), "sign_in.refused", why=refusal.what[:200]
        )
        answer = sign_in_form(request, here, "/", refusal)
        clear_flow(answer)
        return answer
    forgive(here.db, origin)
    answer = let_in(request, here, user, flow.next, via=provider.options.issuer)
    clear_flow(answer)
    return answer


def _provider(request: Request) -> Provider:
    found: Provider | None = request.app.state.oidc
    if found is None:
        raise NotFound("No sign-in provider is set up", "Sign in with a password")
    return found


def _redirect_uri(request: Request, here: Here) -> str:
    base = here.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return f"{base}{CALLBACK}"


def _require_issuer(provider: Provider, iss: str | None) -> None:
    """RFC 9207: an answer that another provider gave is not taken to ours."""
    if iss is None and not provider.discovered().names_itself:
        return
    if not hmac.compare_digest((iss or "").encode(), provider.options.issuer.encode()):
        raise Forbidden("This answer is from another provider", "Begin again")

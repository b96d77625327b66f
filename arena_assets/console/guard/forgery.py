"""Cross-site request forgery: a change is ours only from our own pages, and with our own token.

The token is the SHA-256 of the session's secret, which only our server and the browser's cookie
jar hold; OWASP calls this a double-submit pattern bound to the session. Requests with an API
token carry no cookie and need none of it.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from arena_assets.console.auth.access import principal_of
from arena_assets.errors import NotAllowed

SAFE = frozenset(("GET", "HEAD", "OPTIONS"))
HEADER, FIELD = "x-csrf-token", "csrf_token"
_STRANGERS = "the page of a stranger"


def csrf_token(connection: HTTPConnection) -> str:
    """What our own pages send back; "" for who is not signed in."""
    principal = principal_of(connection)
    secret = principal.secret if principal else ""
    return hashlib.sha256(f"csrf:{secret}".encode()).hexdigest() if secret else ""


def same_origin(connection: HTTPConnection) -> bool:
    """Whether a browser says that one of our own pages asks. One that says nothing is no browser
    of today, or no browser."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.casefold() == connection.headers.get("host", "").casefold()


async def own_page(request: Request) -> None:
    """A dependency of the whole application: refuses changes that did not come from our pages."""
    if request.method in SAFE:
        return
    principal = principal_of(request)
    if principal is not None and principal.kind == "token":
        return
    if not same_origin(request):
        raise _refused("it came from another site")
    if principal is None:
        return  # nobody's rights can be abused; signing in itself is such a request
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        given = str((await request.form()).get(FIELD, ""))
    if not hmac.compare_digest(given or "", csrf_token(request)):
        raise _refused("the page is too old" if given else "it carries no token")


def _refused(why: str) -> NotAllowed:
    return NotAllowed(f"This change was not made ({why})", "Load the page again and repeat it")

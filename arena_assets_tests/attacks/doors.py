"""Every route of the console with everything it takes, read from the router itself."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlencode

import anyio
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel

HOST = "127.0.0.1:3000"
ORIGIN = f"http://{HOST}"
_SKIPPED = {"/sign-out"}
"""Ends the session the attack comes with."""

VALID: dict[str, str] = {
    "arena": "arena-000001",
    "asset": "image_set",
    "name": "view_03",
    "role": "picture",
    "digest": "0" * 20,
    "sha256": "0" * 64,
    "project": "hall",
    "slug": "hall",
    "call": "0" * 64,
    "request_id": "1",
    "number": "1",
    "webhook_id": "1",
    "path": "runs",
    "item": "arena-000001/image_set/view_03",
    "slot": "image_set/view_03",
    "take": "1",
    "next": "/",
    "reason": "too dull",
    "scopes": "read",
    "days": "1",
    "kind": "project",
    "disabled": "true",
    "token_id": "999",
    "password": "not the password",
    "code": "no code",
}
_LOOSE: dict[str, tuple[str, ...]] = {
    "/requests": ("project", "count", "theme", "mana_color", "brief", "priority", "key", "token"),
    "/requests/quote": ("project", "count", "theme", "mana_color", "brief", "priority"),
    "/requests/brief": ("project", "brief", "by"),
    "/projects/{slug}/rules": ("publishing", "review", "theme", "mana_color", "brief", "count"),
    "/projects/{slug}/style": ("palette", "mood", "character", "description", "remove"),
    "/projects/{slug}/style/effect": ("palette", "materials", "negative", "character", "remove"),
    "/projects/{slug}/style/apply": ("arena", "unpin"),
}
"""Fields of the forms that are read as a whole."""
_STYLE = {
    "palette": ["gold"],
    "materials": ["bronze"],
    "mood": ["calm"],
    "negative": ["neon"],
    "characters": [{"name": "Ysra", "description": "a cartographer"}],
    "references": [
        {"sha256": "0" * 64, "size": 1, "media_type": "image/png", "suffix": ".png"},
    ],
}
_JSON: dict[str, Any] = {
    "Ask": {
        "project": "hall",
        "count": 1,
        "theme": "crystal_cavern",
        "mana_color": "AZURE",
        "brief": "ice",
        "cap_usd": "1",
    },
    "Verdict": {
        "slot": "image_set/view_03",
        "verdict": "reject",
        "reason": "dull",
        "key": "0" * 64,
        "take": 1,
        "wish": "warmer",
        "again": False,
    },
    "Items": {"items": [{"arena": "arena-000001", "slot": "image_set/view_03"}]},
    "RedoAsked": {"slots": ["image_set/view_03"], "wishes": {"image_set/view_03": "warmer"}},
    "NewProject": {"project": "hall"},
    "Draft": {"text": "ice", "by": "embedded"},
    "Applied": {"version": 1, "arenas": ["arena-000001"]},
    "Settlement": {},
    "Caps": {},
    "style": _STYLE,
    "rules": {"publishing": "reviewed", "review": ["image_set"]},
}
_JSON["Order"] = {**_JSON["Ask"], "quote": "no.quote"}
_JSON["Redo"] = _JSON["RedoAsked"]


@dataclass(frozen=True, slots=True)
class Take:
    """One thing a route takes: ``where`` is path, query, form, json or file."""

    method: str
    path: str
    where: str
    name: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.where} {self.name}"


@dataclass(frozen=True)
class Route:
    """A route, and what it takes by place."""

    method: str
    path: str
    takes: dict[str, tuple[str, ...]]
    body: Any = None
    file: str | None = None

    def each(self) -> Iterator[Take]:
        for where, names in self.takes.items():
            for name in names:
                yield Take(self.method, self.path, where, name)


@dataclass(frozen=True)
class Wire:
    """A request as it comes over the network."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def routes(app: FastAPI) -> list[Route]:
    """Every HTTP route that takes something from who asks."""
    found = []
    for each in iter_route_contexts(app.routes):
        if not isinstance(each.original_route, APIRoute) or each.path in _SKIPPED:
            continue
        path = str(each.path)
        for method in sorted(each.methods or ()):
            route = _route(method, path, each.dependant)
            if any(route.takes.values()):
                found.append(route)
    return found


def _route(method: str, path: str, dependant: Dependant) -> Route:
    named: dict[str, list[str]] = {"path": [], "query": [], "form": [], "json": [], "file": []}
    body, file = None, None
    for each in _all(dependant):
        named["path"] += [param.alias for param in each.path_params]
        named["query"] += [param.alias for param in each.query_params]
        for param in each.body_params:
            kind = param.field_info.annotation
            if kind is not None and getattr(kind, "__name__", "") == "UploadFile":
                file = param.alias
                named["file"].append(param.alias)
            elif isinstance(kind, type) and issubclass(kind, BaseModel):
                body = example(kind)
            elif typing.get_origin(kind) is dict:
                body = _JSON["rules" if path.endswith("/rules") else "style"]
            else:
                named["form"].append(param.alias)
    if method == "POST":
        named["form"] += _LOOSE.get(path, ())
    if body is not None:
        named["json"] = [".".join(place) for place in leaves(body)]
    takes = {where: tuple(dict.fromkeys(names)) for where, names in named.items()}
    return Route(method, path, takes, body, file)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _all(each)


def example(model: type[BaseModel]) -> Any:
    """A body of a model in which every field of text has a value."""
    known = _JSON.get(model.__name__)
    if known is not None:
        made = dict(known)
        for name, info in model.model_fields.items():
            if name not in made and _is_text(info.annotation):
                made[name] = "text"
        return made
    return {
        name: VALID.get(name, "text") if _is_text(info.annotation) else []
        for name, info in model.model_fields.items()
        if info.is_required() or _is_text(info.annotation)
    }


def _is_text(annotation: Any) -> bool:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        return any(_is_text(each) for each in typing.get_args(annotation))
    return annotation is str


def leaves(body: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The places of all texts in a body, also of keys that are ours to choose."""
    if isinstance(body, Mapping):
        for name, value in body.items():
            yield from leaves(value, (*place, str(name)))
    elif isinstance(body, list):
        for number, value in enumerate(body):
            yield from leaves(value, (*place, str(number)))
    elif isinstance(body, str):
        yield place


def _with(body: Any, place: list[str], value: str) -> Any:
    if not place:
        return value
    if isinstance(body, list):
        return [
            _with(each, place[1:], value) if number == int(place[0]) else each
            for number, each in enumerate(body)
        ]
    return {
        name: _with(each, place[1:], value) if name == place[0] else each
        for name, each in body.items()
    }


def request(route: Route, take: Take | None, value: str) -> Wire:
    """The route's request with everything as it should be, but ``value`` in one place."""

    def chosen(where: str, name: str) -> str:
        hit = take is not None and (where, name) == (take.where, take.name)
        return value if hit else VALID.get(name, "1")

    path = route.path.replace(":path}", "}")
    for name in route.takes["path"]:
        text = chosen("path", name)
        path = path.replace("{" + name + "}", quote(text, safe="%" if "%" in text else ""))
    query: dict[str, str] = {}
    if take is not None and take.where == "query":
        query[take.name] = value
    if "pair" in path or "takes" in path:
        query.setdefault("slot", VALID["slot"])
    headers: dict[str, str] = {}
    body = b""
    if route.file is not None:
        named = value if take is not None and take.where == "file" else "a.png"
        body, headers["content-type"] = _upload(route.file, named, b"no picture")
    elif route.body is not None:
        whole = route.body
        if take is not None and take.where == "json":
            whole = _with(whole, take.name.split("."), value)
        body = json.dumps(whole).encode()
        headers["content-type"] = "application/json"
    elif route.takes["form"]:
        form = {name: chosen("form", name) for name in route.takes["form"]}
        body = urlencode(form, errors="replace").encode()
        headers["content-type"] = "application/x-www-form-urlencoded"
    return Wire(route.method, path + (f"?{urlencode(query)}" if query else ""), headers, body)


def _upload(field_name: str, file_name: str, content: bytes) -> tuple[bytes, str]:
    safe = file_name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    head = f'--edge\r\nContent-Disposition: form-data; name="{field_name}"; filename="{safe}"\r\n'
    kind = "Content-Type: image/png\r\n\r\n"
    return (head + kind).encode() + content + b"\r\n--edge--\r\n", (
        "multipart/form-data; boundary=edge"
    )


async def send(app: FastAPI, wire: Wire, headers: Mapping[str, str]) -> Answer:
    """A request as a server hands it to the app: the path decoded once, nothing tidied up."""
    raw, _, query = wire.target.partition("?")
    sent = {"host": HOST, **headers, **wire.headers, "content-length": str(len(wire.body))}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": wire.method,
        "scheme": "http",
        "path": unquote(raw),
        "raw_path": raw.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in sent.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 3000),
        "state": {},
    }
    answer = Answer()
    pieces: list[bytes] = []
    given = False

    async def receive() -> dict[str, Any]:
        nonlocal given
        if given:
            await anyio.sleep_forever()
        given = True
        return {"type": "http.request", "body": wire.body, "more_body": False}

    async def hear(message: typing.MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {k.decode(): v.decode("latin-1") for k, v in message["headers"]}
        else:
            pieces.append(message.get("body", b""))

    try:
        with anyio.fail_after(60):
            await app(scope, receive, hear)
    except TimeoutError:
        raise
    except Exception:  # what an app raises after its answer of 500 is for the server's log
        if answer.status != 500:
            raise
    answer.body = b"".join(pieces)
    return answer

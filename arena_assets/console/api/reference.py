"""The OpenAPI document as a person reads it: sections, operations, fields, an example of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI

from arena_assets.console.api.v1.routes import document
from arena_assets.console.auth.access import rights
from arena_assets.domain.roles import Scope

_METHODS = ("get", "post", "put", "patch", "delete")
_SENT_ONCE = "Idempotency-Key"
# What a field of that name holds in an example, where its schema names none.
_NAMED: Mapping[str, Any] = {
    "arena": "arena-000042",
    "arenas": ["arena-000042"],
    "project": "card-game",
    "request_id": 7,
    "slot": "image_set/view_03",
    "take": [1, 2],
    "takes": [1, 2],
    "which": "a",
    "sha256": "9f2c" * 16,
    "call": "3f9a1c20",
    "webhook_id": 3,
    "delivery_id": 41,
    "text": "a ruined temple in the rain",
    "wish": "a lower horizon",
    "total_usd": "40.00",
    "monthly_usd": "12.50",
    "paused": True,
    _SENT_ONCE: "8f14e45f-ceea-467f-9d2c-6f1f3c1d9b55",
}
_EXTRA = {"total_usd", "monthly_usd", "arenas"}
"""Fields that are optional and still belong into an example: without them it would do nothing."""


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A parameter, or a field of a body or an answer; ``where`` is ``path``, ``query``, ``header``
    or empty."""

    name: str
    kind: str
    required: bool
    said: str
    where: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """``scopes`` are the rights it takes, all of them; ``example`` is a command line, ``body`` its
    JSON if any."""

    method: str
    path: str
    summary: str
    said: str
    scopes: tuple[Scope, ...]
    parameters: tuple[FieldShown, ...]
    fields: tuple[FieldShown, ...]
    answer: tuple[FieldShown, ...]
    status: str
    media_type: str
    url: str
    body: Any
    example: str

    @property
    def anchor(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", f"{self.method}-{self.path}".lower()).strip("-")


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    operations: tuple[Operation, ...]


def reference(app: FastAPI, base: str) -> list[Section]:
    """Every operation, by section in the order of the document. ``base`` begins its addresses."""
    found = document(app)
    scopes = {(right.method, right.path): right.scopes for right in rights(app)}
    sections: dict[str, list[Operation]] = {}
    for path, method, operation in _operations(found):
        shown = _operation(found, base, path, method, operation, scopes[method, path])
        sections.setdefault(operation.get("tags", ["other"])[0], []).append(shown)
    return [Section(name, tuple(operations)) for name, operations in sections.items()]


def sample(found: Mapping[str, Any], schema: Mapping[str, Any], name: str = "") -> Any:
    """A value that fits a schema and reads like a real one."""
    schema = _resolved(found, schema)
    if schema.get("examples"):
        return schema["examples"][0]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if choice.get("type") != "null":
            return sample(found, choice, name)
    if name in _NAMED and schema.get("type") != "object":
        value = _NAMED[name]
        # A name may be a list in one place and one of it in another.
        return value[0] if isinstance(value, list) and schema.get("type") != "array" else value
    if "const" in schema or schema.get("enum"):
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object":
            return _sampled_object(found, schema)
        case "array":
            return [sample(found, schema.get("items", {}), name.removesuffix("s"))]
        case "integer" | "number":
            return schema.get("default", schema.get("minimum", 1))
        case "boolean":
            return schema.get("default", True)
        case _:
            return schema.get("default", "text")


def _sampled_object(found: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    required = set(schema.get("required", ()))
    shown = {}
    for name, each in schema.get("properties", {}).items():
        optional = bool(each.get("examples")) or name in _EXTRA
        if name in required or optional:
            shown[name] = sample(found, each, name)
    return shown


def _operations(found: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in found["paths"].items():
        for method in _METHODS:
            if method in methods:
                yield path, method.upper(), methods[method]


def _operation(
    found: Mapping[str, Any],
    base: str,
    path: str,
    method: str,
    operation: Mapping[str, Any],
    scopes: tuple[Scope, ...],
) -> Operation:
    parameters = operation.get("parameters", ())
    content = operation.get("requestBody", {}).get("content", {})
    kind, schema = next(((kind, each["schema"]) for kind, each in content.items()), ("", {}))
    status = next(each for each in operation["responses"] if each.startswith("2"))
    answers = operation["responses"][status].get("content", {})
    media_type = next(reversed(answers), "")
    answer = answers.get(media_type, {}).get("schema", {})
    body = sample(found, schema) if kind == "application/json" else None
    url = _address(found, base, path, parameters)
    return Operation(
        method=method,
        path=path,
        summary=operation.get("summary", ""),
        said=operation.get("description", ""),
        scopes=scopes,
        parameters=tuple(
            FieldShown(
                each["name"],
                _kind(found, each["schema"]),
                each.get("required", False),
                each.get("description", ""),
                each["in"],
            )
            for each in parameters
        ),
        fields=_fields(found, schema),
        answer=_fields(found, answer),
        status=status,
        media_type=media_type,
        url=url,
        body=body,
        example=_command(method, url, parameters, kind, body, media_type),
    )


def _address(
    found: Mapping[str, Any], base: str, path: str, parameters: tuple[Mapping[str, Any], ...]
) -> str:
    query = []
    for each in parameters:
        value = sample(found, each["schema"], each["name"])
        if each["in"] == "path":
            path = path.replace(f"{{{each['name']}}}", quote(str(value), safe=""))
        elif each["in"] == "query" and each.get("required"):
            values = value if isinstance(value, list) else [value]
            query += [f"{each['name']}={quote(str(one), safe='/')}" for one in values]
    return base.rstrip("/") + path + (f"?{'&'.join(query)}" if query else "")


def _command(
    method: str,
    url: str,
    parameters: tuple[Mapping[str, Any], ...],
    kind: str,
    body: Any,
    media_type: str,
) -> str:
    lines = [f"curl {'' if method == 'GET' else f'-X {method} '}'{url}'"]
    lines.append('-H "Authorization: Bearer $ARENA_TOKEN"')
    if any(each["name"] == _SENT_ONCE for each in parameters):
        lines.append(f"-H '{_SENT_ONCE}: {_NAMED[_SENT_ONCE]}'")
    if kind == "application/json":
        lines += ["-H 'Content-Type: application/json'", f"-d '{json.dumps(body)}'"]
    elif kind:
        lines.append("-F picture=@reference.png")
    if media_type == "text/event-stream":
        lines.append("--no-buffer")
    elif media_type in ("application/zip", "image/webp"):
        lines.append("--remote-name --remote-header-name")
    return " \\\n  ".join(lines)


def _fields(found: Mapping[str, Any], schema: Mapping[str, Any]) -> tuple[FieldShown, ...]:
    schema = _resolved(found, schema)
    if schema.get("type") == "array":
        schema = _resolved(found, schema.get("items", {}))
    required = set(schema.get("required", ()))
    return tuple(
        FieldShown(name, _kind(found, each), name in required, each.get("description", ""))
        for name, each in schema.get("properties", {}).items()
    )


def _kind(found: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """A type in words: ``integer 1–100``, ``approve | reject``, ``list of text``."""
    schema = _resolved(found, schema)
    choices = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if choices:
        null = len(choices) < len(schema["anyOf"])
        return " or ".join(_kind(found, each) for each in choices) + (" or null" if null else "")
    if schema.get("enum"):
        return " | ".join(map(str, schema["enum"]))
    match schema.get("type"):
        case "array":
            return f"list of {_kind(found, schema.get('items', {}))}"
        case "integer" | "number" as kind:
            low, high = schema.get("minimum"), schema.get("maximum")
            spread = "" if low is None or high is None else f" {low:g}–{high:g}"
            return f"{kind}{spread}"
        case "string":
            most = schema.get("maxLength")
            return f"{schema.get('format', 'text')}{f', at most {most}' if most else ''}"
        case None:
            return "anything"
        case other:
            return str(other)


def _resolved(found: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema or len(schema.get("allOf", ())) == 1:
        if "$ref" in schema:
            schema = found["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = schema["allOf"][0]
    return schema

"""A double of the Anthropic API: messages, models, batches and an admin's costs.

Answers are built with the SDK's own models and requests checked against its types, plus what the
service is known to refuse: sampling parameters, forced tools, schema keywords it cannot enforce.
Lore is made up from the schema that was sent and the words of the request.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import pydantic
from anthropic.types import Message
from anthropic.types.beta.organization.beta_analytics_cost_report_time_bucket import (
    BetaAnalyticsCostReportTimeBucket,
)
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

from arena_assets_tests.doubles.loopback import Asked, Loopback, Said

_MESSAGES, _BATCHES = "/v1/messages", "/v1/messages/batches"
_COSTS = "/v1/organizations/cost_report"
_ENFORCEABLE = frozenset(
    re.findall(
        r"\S+",
        "type properties required additionalProperties enum const anyOf allOf items minItems "
        "format description title $ref $defs",
    )
)
_GONE = ("temperature", "top_p", "top_k")
_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_WORDS = re.findall(
    r"\w+",
    "pale stone steps climb past slow water while warm light settles on carved walls and a soft "
    "wind moves dust over the broad floor under high arches",
)


@lru_cache
def _request_type() -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(MessageCreateParamsNonStreaming)


class ClaudeDouble(Loopback):
    """``key`` is the only key it knows. ``batches_end``: a new batch has ended at once."""

    def __init__(self, key: str = "sk-double", *, batches_end: bool = True, **given: Any) -> None:
        super().__init__(**given)
        self.key = key
        self.batches_end = batches_end
        self.admin_key = "sk-ant-admin-double"
        self.costs: dict[date, tuple[str, ...]] = {}
        """Cents by UTC day, as the cost report tells them."""
        self.created_at = "2026-11-20T10:00:00Z"
        self.batches: dict[str, list[dict[str, Any]]] = {}
        self.working: set[str] = set()
        self.outcomes: dict[str, dict[str, Any]] = {}
        self._cached: set[str] = set()

    def end_batches(self) -> None:
        self.working.clear()

    def spoil_line(self, batch_id: str, change: Callable[[dict[str, Any]], Any]) -> None:
        """Let the first line of a batch carry changed lore."""
        request = self.batches[batch_id][0]
        right = _json(self._written(request["params"], "batch"))
        message = json.loads(changed(change)(right).body)
        self.outcomes[request["custom_id"]] = {"type": "succeeded", "message": message}

    def is_submit(self, asked: Asked) -> bool:
        return asked.method == "POST" and asked.path in (_MESSAGES, _BATCHES)

    def too_many(self) -> Said:
        body = self.refuse(429, {"message": "Too many concurrent requests"})
        return Said(429, body, headers={"retry-after": "7"})

    def refuse(self, status: int, said: Mapping[str, Any]) -> bytes:
        error = {"type": _ERROR_TYPES.get(status, "api_error"), "message": f"fault {status}"}
        content = {"type": "error", "error": {**error, **said}, "request_id": "req_fault"}
        return json.dumps(content).encode()

    def answer(self, asked: Asked) -> Said:
        if asked.path == _COSTS:
            return self._costs(asked)
        given = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if given != self.key:
            return Said(401, self.refuse(401, {"message": f"invalid key: {given}"}))
        if asked.path == _MESSAGES:
            return self._message(asked.body)
        if asked.path == "/v1/models":
            model = {"id": "claude-sonnet-5-5", "type": "model", "created_at": self.created_at}
            return _json({"data": [model], "has_more": False})
        return self._batch(asked)

    def _costs(self, asked: Asked) -> Said:
        """Whole UTC days, two a page, empty ones without results; amounts in cents as text."""
        if asked.headers.get("x-api-key") != self.admin_key:
            key = asked.headers.get("x-api-key")
            return Said(401, self.refuse(401, {"message": f"no admin key: {key}"}))
        query = {name: values[0] for name, values in parse_qs(asked.query).items()}
        assert query["bucket_width"] == "1d"
        first, end = (datetime.fromisoformat(query[name]) for name in ("starting_at", "ending_at"))
        days = [first + timedelta(days=number) for number in range((end - first).days)]
        begin = int(query.get("page", "0"))
        buckets = [
            BetaAnalyticsCostReportTimeBucket.model_validate(
                {
                    "starting_at": day,
                    "ending_at": day + timedelta(days=1),
                    "results": [
                        {"amount": cents, "list_amount": cents, "currency": "USD"}
                        for cents in self.costs.get(day.date(), ())
                    ],
                }
            ).model_dump(mode="json")
            for day in days[begin : begin + 2]
        ]
        more = begin + 2 < len(days)
        page = {"data": buckets, "has_more": more, "next_page": str(begin + 2) if more else None}
        return _json(page)

    def _message(self, body: dict[str, Any]) -> Said:
        problem = request_problem(body)
        if problem:
            return Said(400, self.refuse(400, {"message": problem}))
        return _json(self._written(body, "standard"))

    def _written(self, body: dict[str, Any], tier: str) -> dict[str, Any]:
        text = json.dumps(write_lore(body), ensure_ascii=False)
        system = json.dumps(body.get("system"))
        fresh, constant = len(json.dumps(body["messages"])) // 4, len(system) // 4
        known = system in self._cached
        self._cached.add(system)
        written = 0 if known else constant
        message = Message.model_validate(
            {
                "id": f"msg_{_hash(text)}",
                "type": "message",
                "role": "assistant",
                "model": body["model"],
                "content": [
                    {"type": "thinking", "thinking": "A place first.", "signature": "c2ln"},
                    {"type": "text", "text": text, "citations": None},
                ],
                "stop_reason": "end_turn",
                "stop_sequence": None,
                "usage": {
                    "input_tokens": fresh,
                    "output_tokens": len(text) // 4 + 20,
                    "cache_creation_input_tokens": written,
                    "cache_read_input_tokens": constant if known else 0,
                    "cache_creation": {
                        "ephemeral_5m_input_tokens": 0,
                        "ephemeral_1h_input_tokens": written,
                    },
                    "service_tier": tier,
                },
            },
            strict=True,
        )
        return message.model_dump(mode="json")

    def _batch(self, asked: Asked) -> Said:
        parts = asked.path.removeprefix(_BATCHES).strip("/").split("/")
        if asked.method == "POST":
            for request in asked.body["requests"]:
                assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", request["custom_id"])
                problem = request_problem(request["params"])
                if problem:
                    return Said(400, self.refuse(400, {"message": problem}))
            batch_id = f"msgbatch_{len(self.batches) + 1:04d}"
            self.batches[batch_id] = asked.body["requests"]
            if not self.batches_end:
                self.working.add(batch_id)
            return _json(self._about(batch_id))
        if parts == [""]:
            page = [self._about(each) for each in reversed(self.batches)]
            return _json({"data": page, "has_more": False, "first_id": None, "last_id": None})
        if parts[0] not in self.batches:
            return Said(404, self.refuse(404, {}))
        if parts[-1] != "results":
            return _json(self._about(parts[0]))
        lines = [self._line(request) for request in reversed(self.batches[parts[0]])]
        return Said(200, ("\n".join(lines) + "\n").encode(), "application/x-jsonl")

    def _about(self, batch_id: str) -> dict[str, Any]:
        count, ended = len(self.batches[batch_id]), batch_id not in self.working
        batch = MessageBatch.model_validate(
            {
                "id": batch_id,
                "type": "message_batch",
                "processing_status": "ended" if ended else "in_progress",
                "created_at": self.created_at,
                "expires_at": "2099-01-01T00:00:00Z",
                "ended_at": self.created_at if ended else None,
                "request_counts": {
                    "processing": 0 if ended else count,
                    "succeeded": count if ended else 0,
                    "errored": 0,
                    "canceled": 0,
                    "expired": 0,
                },
                "results_url": f"{self.url}{_BATCHES}/{batch_id}/results" if ended else None,
            }
        )
        return batch.model_dump(mode="json")

    def _line(self, request: dict[str, Any]) -> str:
        succeeded = {"type": "succeeded", "message": None}
        result = self.outcomes.get(request["custom_id"], succeeded)
        if result is succeeded:
            result = {"type": "succeeded", "message": self._written(request["params"], "batch")}
        line = {"custom_id": request["custom_id"], "result": result}
        checked = MessageBatchIndividualResponse.model_validate(line)
        return json.dumps(checked.model_dump(mode="json"))


def request_problem(body: dict[str, Any]) -> str:
    """What the service would refuse in a request; empty when it is right."""
    unknown = set(body) - set(MessageCreateParamsNonStreaming.__annotations__) - _inherited()
    for name in _GONE:
        if name in body:
            return f"{name} is not supported"
    if unknown:
        return f"unknown fields {sorted(unknown)}"
    if body.get("tool_choice", {}).get("type") in ("tool", "any"):
        return "forced tools are not supported"
    try:
        checked = _request_type().validate_python(body)
        for part in ("messages", "system"):
            list(checked.get(part, ()))
    except pydantic.ValidationError as error:
        return str(error)[:300]
    roles = [message["role"] for message in body["messages"]]
    if roles[0] != "user" or roles[-1] != "user":
        return "messages begin and end with the user"
    return _schema_problem(body["output_config"]["format"]["schema"])


def changed(change: Callable[[dict[str, Any]], Any], stop: str | None = "end_turn") -> Any:
    """A behaviour: the right message, its lore changed and its reason for stopping set.

    ``change`` returns new lore, or text in its place.
    """

    def behave(right: Said) -> Said:
        message = json.loads(right.body)
        block = message["content"][-1]
        lore = change(json.loads(block["text"]))
        block["text"] = lore if isinstance(lore, str) else json.dumps(lore)
        message["stop_reason"] = stop
        return Said(right.status, json.dumps(message).encode(), headers=right.headers)

    return behave


def write_lore(body: dict[str, Any]) -> Any:
    """A draft for a request: valid by its schema, in words that follow its instructions."""
    schema = body["output_config"]["format"]["schema"]
    asked = " ".join(json.dumps(message["content"]) for message in body["messages"])
    letters = re.search(r"name_letters\W+([A-Z], [A-Z], [A-Z], [A-Z])", asked)
    rng = random.Random(_hash(asked))  # noqa: S311
    lore = _made(schema, schema.get("$defs", {}), rng, "")
    if letters:
        for letter, place in zip(letters.group(1).split(", "), lore["names"], strict=True):
            middle = rng.choice("aeiou") + rng.choice("lmnrst") + rng.choice("aeiou")
            lore["names"][place] = f"{letter}{middle}{rng.choice('dnrst')} {rng.choice(_ROOMS)}"
    if "features" not in lore:
        return lore  # of another schema than lore's
    features = list(lore["features"])
    for place, feature in zip(features, rng.sample(_enum(schema, "Feature"), 3), strict=True):
        lore["features"][place] = feature
    lore["environment"]["centrepiece"] = f"In the middle the {lore['centrepiece']} takes the light."
    named = ", ".join(lore["features"].values())
    lore["environment"]["features"] = f"Around it are {named} in pale stone."
    return lore


_ROOMS = ("Court", "Hollow", "Terrace", "Gallery", "Basin", "Reach", "Landing", "Orchard")


def _enum(schema: dict[str, Any], name: str) -> list[str]:
    return list(schema["$defs"][name]["enum"])


def _made(schema: dict[str, Any], defs: dict[str, Any], rng: random.Random, name: str) -> Any:
    if "$ref" in schema:
        return _made(defs[schema["$ref"].rsplit("/", 1)[1]], defs, rng, name)
    if "anyOf" in schema:
        return _made(rng.choice(schema["anyOf"]), defs, rng, name)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    match schema["type"]:
        case "object":
            places = schema["properties"].items()
            return {place: _made(each, defs, rng, place) for place, each in places}
        case "integer":
            return rng.randint(1, 5)
        case "null":
            return None
        case "string":
            count = 2 if name in ("name", "type", "effect") else rng.randint(9, 16)
            words = " ".join(rng.sample(_WORDS, count))
            short = name in ("name", "type")
            return words.title() if short else f"{words.capitalize()}."
    raise AssertionError(f"no lore for {schema}")


def _inherited() -> frozenset[str]:
    names: set[str] = set()
    for base in MessageCreateParamsNonStreaming.__orig_bases__:  # type: ignore[attr-defined]
        names |= set(getattr(base, "__annotations__", ()))
    return frozenset(names)


def _schema_problem(schema: Any) -> str:
    if not isinstance(schema, dict):
        return ""
    unknown = set(schema) - _ENFORCEABLE
    if unknown:
        return f"output_config.format.schema: {sorted(unknown)} cannot be enforced"
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        return "output_config.format.schema: additionalProperties must be false"
    nested = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    nested += [*schema.get("anyOf", []), *schema.get("allOf", []), schema.get("items")]
    return next(filter(None, map(_schema_problem, nested)), "")


def _json(content: Any) -> Said:
    return Said(200, json.dumps(content, default=str).encode(), headers={"request-id": "req_1"})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]

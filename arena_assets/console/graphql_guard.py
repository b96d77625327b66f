"""What of GraphQL may pass to Dagster: questions for who may read, mutations for who may produce.

The document is parsed, not searched: a name, a comment or a string can't pass for an operation.
"""

from __future__ import annotations

import json
from typing import Any

from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType, parse

from arena_assets.console.auth.principal import Principal, Scope
from arena_assets.errors import Forbidden, UsageFault

_MOST_TOKENS = 20_000
_SEND_JSON = "Send {'query': …, 'variables': …} as application/json"


def checked(body: bytes, principal: Principal) -> tuple[bytes, str | None]:
    """The question as it may be sent on, and what it changes (see :func:`changes`).

    It is written anew, so that Dagster reads what was checked.

    Raises :class:`UsageFault` when it is none and :class:`Forbidden` for a mutation by somebody
    who may not produce.
    """
    try:
        found = json.loads(body)
    except ValueError as error:
        raise UsageFault("The question is no JSON", _SEND_JSON) from error
    if not isinstance(found, dict):
        raise UsageFault("The question is no single question", _SEND_JSON)
    question = {name: found.get(name) for name in ("query", "variables", "operationName")}
    changed = changes(question["query"])
    if changed is not None:
        _may_change(principal)
    return json.dumps(question).encode(), changed


def checked_message(text: str) -> str:
    """A websocket message (protocol ``graphql-ws``), likewise; it takes no mutation."""
    try:
        message: Any = json.loads(text)
    except ValueError as error:
        raise UsageFault("The message is no JSON", _SEND_JSON) from error
    if not isinstance(message, dict):
        raise UsageFault("The message is none of graphql-ws", _SEND_JSON)
    payload = message.get("payload")
    if isinstance(payload, dict) and "query" in payload and changes(payload["query"]) is not None:
        raise Forbidden("A websocket takes no mutation", "Send it by POST")
    return json.dumps(message)


def changes(query: object) -> str | None:
    """What the document changes: the fields of its mutations, for the audit log; None without one.

    Raises :class:`UsageFault` when it can't be read.
    """
    if not isinstance(query, str):
        raise UsageFault("There is no query", _SEND_JSON)
    try:
        document = parse(query, no_location=True, max_tokens=_MOST_TOKENS)
    except (GraphQLError, RecursionError) as error:
        raise UsageFault("The query can't be read", "Check its syntax") from error
    mutations = [
        each
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode) and each.operation is OperationType.MUTATION
    ]
    fields = [node for each in mutations for node in each.selection_set.selections]
    names = [node.name.value for node in fields if isinstance(node, FieldNode)]
    return ", ".join(names) if mutations else None


def _may_change(principal: Principal) -> None:
    if not principal.may(Scope.PRODUCE):
        raise Forbidden(
            f"{principal.name} ({principal.role.label}) may look at Dagster and change nothing",
            "Ask an admin for the role of a producer",
        )

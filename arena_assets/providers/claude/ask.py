"""The requests of one arena as calls: their bodies, their ceilings, what they cost in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pydantic import JsonValue

from arena_assets.domain.calls import Answer, Call, Settle
from arena_assets.domain.manifest import canonical_json
from arena_assets.domain.palette import Pair
from arena_assets.domain.prices import TokenPrice
from arena_assets.providers.claude.draft import draft_schema
from arena_assets.providers.claude.options import PROVIDER, ClaudeOptions
from arena_assets.providers.claude.prompt import REPAIR_INTRO, SYSTEM_PROMPT, as_data, request_block
from arena_assets.providers.claude.reply import read_reply

MESSAGES = "/v1/messages"
BATCHES = "/v1/messages/batches"
_OVERHEAD_TOKENS = 2000
"""What the service puts around a request by itself: roles, the schema's instructions."""
_DRAFT_MAX = 12_000
_PROBLEMS_MAX = 6_000

Body = dict[str, JsonValue]


def first_body(
    options: ClaudeOptions,
    pair: Pair,
    brief: str,
    seed: int,
    besides: Mapping[str, JsonValue] | None = None,
) -> Body:
    """The request for a draft. It depends on the arena alone, never on what others are called: a
    repetition after a crash must be the same request, found in the journal and not paid again."""
    return {
        "model": options.model,
        "max_tokens": options.max_tokens,
        "system": [
            {
                "type": "text",
                "text": SYSTEM_PROMPT,
                "cache_control": {"type": "ephemeral", "ttl": "1h"},
            }
        ],
        "messages": [{"role": "user", "content": request_block(pair, brief, seed, besides)}],
        "output_config": {
            "effort": options.effort,
            "format": {"type": "json_schema", "schema": draft_schema()},
        },
    }


def repair_body(first: Body, draft: str, problems: Sequence[str]) -> Body:
    """The second and last request: the draft as it was, and what to put right."""
    asked = first["messages"]
    assert isinstance(asked, list)  # noqa: S101
    points = "\n".join(f"- {as_data(problem, 280)}" for problem in problems)[:_PROBLEMS_MAX]
    said: list[JsonValue] = (
        [{"role": "assistant", "content": draft[:_DRAFT_MAX]}] if draft.strip() else []
    )
    again: JsonValue = {"role": "user", "content": f"{REPAIR_INTRO}\n{points}"}
    if said:
        return {**first, "messages": [*asked, *said, again]}
    return {**first, "messages": [_joined(asked[0], f"{REPAIR_INTRO}\n{points}")]}


def _joined(message: JsonValue, more: str) -> JsonValue:
    assert isinstance(message, dict)  # noqa: S101
    return {**message, "content": f"{message['content']}\n\n{more}"}


def prompt_bound(body: Body) -> int:
    """No prompt has more tokens than bytes; the most that this request's can have."""
    return len(canonical_json(body).encode()) + _OVERHEAD_TOKENS


def message_call(
    options: ClaudeOptions, price: TokenPrice, body: Body, *, take: int, turn: int = 1
) -> Call:
    """The request as a call, with the most it can cost; in a batch that is half."""
    ceiling = price.ceiling(prompt_bound(body), options.max_tokens, batch=options.economy)
    return Call(
        provider=PROVIDER,
        service=PROVIDER,
        endpoint=BATCHES if options.economy else MESSAGES,
        body=body,
        take=take,
        ceiling_usd=ceiling,
        turn=turn,
    )


def most_usd(options: ClaudeOptions, price: TokenPrice, first: Body) -> Decimal:
    """The most an arena's lore can cost: the request, and its one repair outside any batch."""
    prompt = prompt_bound(first)
    repair = prompt + 4 * (_DRAFT_MAX + _PROBLEMS_MAX)
    return price.ceiling(prompt, options.max_tokens, batch=options.economy) + price.ceiling(
        repair, options.max_tokens
    )


def settle_at(price: TokenPrice, *, batch: bool) -> Settle:
    """What an answer cost, by the usage it reports."""

    def settle(answer: Answer) -> Decimal:
        return price.cost(read_reply(answer.body).tokens, batch=batch)

    return settle

"""Reading what Claude answered: a message, or one line of a batch's results."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError

from arena_assets.domain.prices import TokenUsage
from arena_assets.errors import ContentFault

_LONGEST_BYTES = 4 * 2**20


class _Open(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _CacheCreation(_Open):
    ephemeral_5m_input_tokens: NonNegativeInt = 0
    ephemeral_1h_input_tokens: NonNegativeInt = 0


class _Usage(_Open):
    input_tokens: NonNegativeInt
    output_tokens: NonNegativeInt
    cache_read_input_tokens: NonNegativeInt | None = None
    cache_creation_input_tokens: NonNegativeInt | None = None
    cache_creation: _CacheCreation | None = None


class _Block(_Open):
    type: str
    text: str = ""


class Reply(_Open):
    """A whole message: it has a reason for stopping and a usage."""

    type: str
    model: str
    content: tuple[_Block, ...]
    stop_reason: str
    usage: _Usage

    @property
    def text(self) -> str:
        """The written part; thinking may stand before it. Halves of characters become '?'."""
        text = "".join(block.text for block in self.content if block.type == "text")
        return text.encode("utf-8", "replace").decode()

    @property
    def tokens(self) -> TokenUsage:
        """The usage by kind. Cache writes that nobody splits count as written for an hour."""
        usage = self.usage
        split = usage.cache_creation or _CacheCreation()
        written = usage.cache_creation_input_tokens or 0
        five = split.ephemeral_5m_input_tokens
        return TokenUsage(
            fresh=usage.input_tokens,
            cache_read=usage.cache_read_input_tokens or 0,
            cache_write_5m=five,
            cache_write_1h=max(split.ephemeral_1h_input_tokens, written - five),
            output=usage.output_tokens,
        )


def parse_reply(body: bytes) -> Reply:
    """The message in an answer's bytes. Raises ValueError when there is no whole one."""
    try:
        content = json.loads(body)
        if isinstance(content, dict) and "custom_id" in content:
            content = content["result"]["message"]
        reply = Reply.model_validate(content)
    except (ValidationError, KeyError, TypeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError("it is no whole message") from error
    if reply.type != "message":
        raise ValueError(f"it is of type {reply.type[:40]!r}")
    return reply


def read_reply(path: Path) -> Reply:
    """The message in a stored answer, which was whole when it was stored."""
    try:
        if path.stat().st_size > _LONGEST_BYTES:
            raise ValueError("it is too large")
        return parse_reply(path.read_bytes())
    except ValueError as error:
        raise ContentFault(
            f"The stored answer of Claude cannot be read: {error}",
            "Redo arena_metadata to ask again",
            money="yes",
        ) from error

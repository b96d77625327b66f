"""How Claude is used: key, model, patience."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pydantic import SecretStr

from arena_assets.providers.answers import Service, safe_base_url, safe_key

PROVIDER = "claude"
KEY_SETTING, URL_SETTING = "ARENA_CLAUDE_API_KEY", "ARENA_CLAUDE_URL"
Effort = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class ClaudeOptions:
    """``max_tokens`` bounds an answer with its thinking, and so what a call can cost.

    ``read_seconds`` is the longest silence while waiting; ``total_seconds`` the longest an answer
    may take to arrive once it has begun. ``economy`` asks through batches, at half price and within
    a day.
    """

    api_key: SecretStr = field(repr=False)
    model: str = "claude-sonnet-5-5"
    base_url: str = "https://api.anthropic.com"
    effort: Effort = "medium"
    max_tokens: int = 8000
    connect_seconds: float = 10.0
    read_seconds: float = 180.0
    total_seconds: float = 300.0
    economy: bool = False

    def __post_init__(self) -> None:
        safe_key(self.api_key, KEY_SETTING)
        object.__setattr__(self, "base_url", safe_base_url(self.base_url, URL_SETTING))

    @property
    def service(self) -> Service:
        return Service("Claude", self.api_key, KEY_SETTING, URL_SETTING)

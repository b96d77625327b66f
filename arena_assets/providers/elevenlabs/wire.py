"""The calls themselves: one track streamed into a sink, the account's state, errors in our words.

On httpx: the vendor's own client drops the seed, and its logs show the key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from arena_assets.domain.calls import Sink
from arena_assets.errors import ArenaError, Busy, ContentFault, OutcomeUnknown, Refused, Transient
from arena_assets.providers.answers import asked_pause
from arena_assets.providers.arrival import Arrival
from arena_assets.providers.elevenlabs.options import ElevenOptions

LARGEST_ANSWER_BYTES = 64 * 2**20
_LARGEST_ERROR_BYTES = 2**18
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
)
_NO_KEY = frozenset({"invalid_api_key", "missing_permissions", "needs_authorization"})
_NO_MONEY = frozenset({"quota_exceeded", "quota_exhausted", "payment_required", "limited_access"})
_BAD_WORDS = frozenset({"bad_prompt", "bad_composition_plan"})


class PlanRefused(ContentFault):
    """The service will not play this plan; ``suggestion`` is the one it would, as it sent it."""

    suggestion: object = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """The account: ``credits_left`` in this period, which ends at ``resets_at_unix``."""

    tier: str
    credits_left: int
    credits_limit: int
    resets_at_unix: int | None


def send_track(
    options: ElevenOptions, endpoint: str, body: Mapping[str, JsonValue]
) -> Callable[[Sink], None]:
    """Ask for one track, its bytes streamed to the sink as they come.

    Raises PlanRefused when the service objects to the words, and OutcomeUnknown when what came is
    no sound: a page from somewhere in between, for instance.
    """
    bare = options.output_format.startswith("pcm")
    arrival = Arrival(
        options.service,
        lambda head: is_sound(head) or (bare and _may_be_samples(head)),
        options.total_seconds,
        LARGEST_ANSWER_BYTES,
    )

    def send(sink: Sink) -> None:
        with _open(options) as client, client.stream("POST", endpoint, json=body) as response:
            status = response.status_code
            if status >= 300:
                raise _refusal(options, response)
            arrival.receive(sink, status, response.headers, response.iter_bytes())

    return send


def read_subscription(options: ElevenOptions) -> Subscription:
    """What the account has left; free, and so a test of the key."""
    try:
        with _open(options) as client:
            response = client.get("/v1/user/subscription")
            if response.status_code != 200:
                raise _refusal(options, response)
            found = _SubscriptionAnswer.model_validate_json(response.content)
    except (ValidationError, OutcomeUnknown) as error:
        raise options.service.unreachable(type(error).__name__) from None
    return Subscription(
        found.tier,
        max(0, found.character_limit - found.character_count),
        found.character_limit,
        found.next_character_count_reset_unix,
    )


class _SubscriptionAnswer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    tier: str
    character_count: int
    character_limit: int
    next_character_count_reset_unix: int | None = None


def is_sound(head: bytes) -> bool:
    """Whether bytes begin as MP3, WAV, FLAC or Ogg do."""
    framed = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return framed or head[:3] == b"ID3" or head[:4] in (b"RIFF", b"OggS", b"fLaC")


def _may_be_samples(head: bytes) -> bool:
    """Bare samples have no header; at least they are not text or a picture."""
    return bool(head) and not (head.isascii() and head.strip()) and head[1:4] != b"PNG"


@contextmanager
def _open(options: ElevenOptions) -> Iterator[httpx.Client]:
    service = options.service
    patience = httpx.Timeout(options.read_seconds, connect=options.connect_seconds)
    headers = {"xi-api-key": options.api_key.get_secret_value()}
    try:
        with httpx.Client(
            base_url=options.base_url, headers=headers, timeout=patience, follow_redirects=False
        ) as client:
            yield client
    except _BEFORE_SENDING as error:
        raise service.unreachable(type(error).__name__) from None
    except httpx.HTTPError as error:
        raise service.unanswered(type(error).__name__) from None


def _refusal(options: ElevenOptions, response: httpx.Response) -> ArenaError:
    """What an answer other than 200 means, by the name it gives itself, then by its status."""
    service, status, headers = options.service, response.status_code, response.headers
    detail = _detail(response)
    name, message = str(detail.get("status", "")), detail.get("message") or response.reason_phrase
    said = f"{name or status}, {service.said(message)}"
    if name in _BAD_WORDS:
        refused = PlanRefused(
            f"ElevenLabs will not play this plan ({said})",
            "Redo the track as a new take, or change the arena's lore",
        )
        data = detail.get("data")
        if isinstance(data, dict):
            refused.suggestion = data.get("composition_plan_suggestion")
        return refused
    if name in _NO_MONEY:
        return Refused(
            f"The account of ElevenLabs has no credits for this ({said})",
            "Add credits or wait for the next period, then resume",
        )
    if name in _NO_KEY:
        return Refused(
            f"ElevenLabs does not accept the key ({said})",
            f"Set {service.key_setting} to a key that may make music, then resume",
        )
    if name == "too_many_concurrent_requests":
        return Busy(
            f"ElevenLabs has enough of ours in work ({said})",
            "It is tried again later",
            retry_after=asked_pause(headers),
        )
    if name == "system_busy":
        return Transient(
            f"ElevenLabs is overloaded ({said})",
            "It is tried again with a pause",
            retry_after=asked_pause(headers),
        )
    return service.refusal(status, f"{name} {message}".strip(), headers)


def _detail(response: httpx.Response) -> dict[str, Any]:
    """The ``detail`` of an error; empty when there is none to read."""
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > _LARGEST_ERROR_BYTES:
            return {}
    try:
        detail = json.loads(bytes(content)).get("detail")
    except (ValueError, AttributeError, RecursionError):
        return {}
    return detail if isinstance(detail, dict) else {}

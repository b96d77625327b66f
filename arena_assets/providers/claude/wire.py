"""The calls themselves: one message sent through a sink, what is free, and errors in our words.

Retries are not this module's: the client makes none. It follows no redirect, as that would send the
key, and the request once more, to an address nobody chose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from arena_assets.domain.calls import Sink
from arena_assets.errors import ContentFault, OutcomeUnknown
from arena_assets.providers.arrival import Arrival
from arena_assets.providers.claude.options import ClaudeOptions
from arena_assets.providers.claude.reply import parse_reply

if TYPE_CHECKING:
    from anthropic import Anthropic

LARGEST_ANSWER_BYTES = 4 * 2**20
Body = Mapping[str, JsonValue]


@contextmanager
def open_client(options: ClaudeOptions) -> Iterator[Anthropic]:
    """A client for a few calls. What goes wrong inside is raised as one of our errors."""
    import anthropic
    import httpx2

    patience = httpx2.Timeout(options.read_seconds, connect=options.connect_seconds)
    with (
        translated(options),
        anthropic.DefaultHttpxClient(timeout=patience, follow_redirects=False) as http,
        anthropic.Anthropic(
            api_key=options.api_key.get_secret_value(),
            base_url=options.base_url,
            timeout=patience,
            max_retries=0,
            http_client=http,
        ) as client,
    ):
        yield client


@contextmanager
def translated(options: ClaudeOptions) -> Iterator[None]:
    """Turn the client's errors into ours.

    The originals hold the request with its key, so they are not chained. Raises Transient when
    nothing was sent, OutcomeUnknown when it was and no whole answer came, and what the answer's
    status means otherwise.
    """
    import anthropic
    import httpx2

    service = options.service
    before_sending = (
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.PoolTimeout,
        httpx2.LocalProtocolError,
        httpx2.UnsupportedProtocol,
    )
    try:
        yield
    except anthropic.APIStatusError as error:
        said = error.api_message or error.type or error.response.reason_phrase
        raise service.refusal(error.status_code, said, error.response.headers) from None
    except anthropic.APIConnectionError as error:
        cause = error.__cause__
        if isinstance(cause, before_sending):
            raise service.unreachable(type(cause).__name__) from None
        raise service.unanswered(type(cause or error).__name__) from None
    except httpx2.HTTPError as error:
        raise service.unanswered(type(error).__name__) from None
    except anthropic.AnthropicError as error:
        raise service.unanswered(type(error).__name__) from None


def send_message(options: ClaudeOptions, body: Body) -> Callable[[Sink], None]:
    """Ask for one message, its answer streamed to the sink before anything reads it.

    An answer that came whole and is no whole message was most likely charged: it is accounted for
    as if it were, and kept.
    """
    arrival = Arrival(
        options.service,
        lambda head: head.lstrip()[:1] == b"{",
        options.total_seconds,
        LARGEST_ANSWER_BYTES,
    )

    def send(sink: Sink) -> None:
        arguments: dict[str, Any] = dict(body)
        content = bytearray()
        with (
            open_client(options) as client,
            client.messages.with_streaming_response.create(**arguments) as response,
        ):
            raw = response.http_response
            chunks = _noted(raw.iter_bytes(), content)
            arrival.receive(sink, raw.status_code, raw.headers, chunks)
        require_reply(bytes(content))

    return send


def require_reply(body: bytes) -> None:
    """Raise ContentFault, its money spent, for a whole answer that holds no whole message."""
    try:
        parse_reply(body)
    except ValueError as error:
        raise ContentFault(
            f"Claude's answer cannot be used: {error}",
            "Redo arena_metadata to ask again; the answer is kept",
            money="yes",
        ) from None


def _noted(chunks: Iterable[bytes], content: bytearray) -> Iterator[bytes]:
    """The chunks, each also added to ``content``."""
    for chunk in chunks:
        content += chunk
        yield chunk


def list_models(options: ClaudeOptions) -> tuple[str, ...]:
    """The models that the key may use; free, and so a test of the key."""
    with _free_of_charge(options), open_client(options) as client:
        return tuple(model.id for model in client.models.list(limit=100))


@contextmanager
def _free_of_charge(options: ClaudeOptions) -> Iterator[None]:
    """What costs nothing can't be unknown: it is tried again. The client trips over HTML."""
    try:
        yield
    except (OutcomeUnknown, AttributeError, TypeError, ValueError) as error:
        raise options.service.unreachable(type(error).__name__) from None

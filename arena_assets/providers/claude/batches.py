"""Bulk at half price: one batch for many arenas, and each arena's own line found in the results.

A batch's requests carry their call's key as ``custom_id``, so what became of a call can always be
told: a batch that is still being worked on may hold it, one that has ended either has its line or
has not. The list of batches does not name their requests; hence a call is known to be lost only
when every batch made since then has ended without it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from arena_assets.domain.calls import Call, Found, Recover, Send, Sink
from arena_assets.errors import Busy, ContentFault, UsageFault
from arena_assets.providers.claude.options import ClaudeOptions
from arena_assets.providers.claude.wire import open_client, require_reply

if TYPE_CHECKING:
    from anthropic import Anthropic
    from anthropic.types.messages import MessageBatch, MessageBatchIndividualResponse

RESULTS_LIVE = timedelta(days=29)
"""How long the service keeps the results of a batch."""
MOST_REQUESTS = 10_000
_PAGE = 100
_LOOK_AGAIN_SECONDS = 120.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch as the service tells it; ``counts`` by outcome, whole once it has ended."""

    id: str
    ended: bool
    created: datetime
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches of one account. ``now`` is the clock of whoever asks."""

    options: ClaudeOptions
    now: Callable[[], datetime] = _now

    def submit(self, calls: Iterable[Call]) -> BatchState:
        """Make one batch of these calls, each of which the journal has as sent already.

        Nothing is billed when this raises an error whose ``money`` is ``no``; otherwise
        :meth:`recover` tells for each call what became of it.
        """
        requests: dict[str, Any] = {
            call.key: {"custom_id": call.key, "params": dict(call.body)} for call in calls
        }
        if not 1 <= len(requests) <= MOST_REQUESTS:
            raise UsageFault(
                f"A batch of {len(requests)} requests cannot be made",
                f"Put 1 to {MOST_REQUESTS} into one",
            )
        with open_client(self.options) as client:
            return self._state(client.messages.batches.create(requests=list(requests.values())))

    def state(self, batch_id: str) -> BatchState:
        """How far a batch is. Free."""
        with open_client(self.options) as client:
            return self._state(client.messages.batches.retrieve(batch_id))

    def find(self, keys: Collection[str], since: datetime) -> tuple[dict[str, str], list[str]]:
        """Which ended batch holds the line of which key, and the batches still in work, of which
        nobody can tell what they hold."""
        found: dict[str, str] = {}
        working: list[str] = []
        with open_client(self.options) as client:
            for listed in self._listed(client):
                batch = self._state(listed)
                if batch.created < since:
                    break
                if not batch.ended:
                    working.append(batch.id)
                    continue
                for line in self._results(client, batch.id):
                    if line.custom_id in keys:
                        found.setdefault(line.custom_id, batch.id)
        return found, working

    def send(self, call: Call) -> Send:
        """A batch of this call alone, for an arena that no larger batch took along.

        Raises Busy when it does not end at once: :meth:`recover` takes its answer later.
        """

        def send(sink: Sink) -> None:
            batch = self.submit([call])
            if not batch.ended:
                raise _in_work(batch.id)
            with open_client(self.options) as client:
                for line in self._results(client, batch.id):
                    if line.custom_id == call.key:
                        self._take(line, sink)
                        return
            raise self.options.service.unanswered("the batch ended without this request's line")

        return send

    def recover(self, call: Call, since: datetime | None = None) -> Recover:
        """What became of a call, by the batches made ``since`` (as long as results live)."""

        def recover(sink: Sink) -> Found:
            begin = since or self.now() - RESULTS_LIVE
            working: str | None = None
            with open_client(self.options) as client:
                for listed in self._listed(client):
                    batch = self._state(listed)
                    if batch.created < begin:
                        break
                    if not batch.ended:
                        working = working or batch.id
                        continue
                    if listed.archived_at is not None:
                        return Found.UNKNOWN
                    for line in self._results(client, batch.id):
                        if line.custom_id == call.key and line.result.type == "succeeded":
                            self._take(line, sink)
                            return Found.ANSWER
            if working:
                raise _in_work(working)
            return Found.NOTHING

        return recover

    def _state(self, batch: object) -> BatchState:
        """The client hands on whatever it was given: a page of HTML comes as text."""
        from anthropic.types.messages import MessageBatch

        try:
            whole = MessageBatch.model_validate(batch, from_attributes=True)
        except ValidationError:
            raise self.options.service.unanswered("it is no batch") from None
        counts = whole.request_counts.model_dump(
            include={"processing", "succeeded", "errored", "canceled", "expired"}
        )
        return BatchState(whole.id, whole.processing_status == "ended", whole.created_at, counts)

    def _listed(self, client: Anthropic) -> Iterator[MessageBatch]:
        """Newest first. The client trips over a list that is none."""
        try:
            yield from client.messages.batches.list(limit=_PAGE)
        except (AttributeError, TypeError, ValueError):
            raise self.options.service.unanswered("its list of batches cannot be read") from None

    def _results(
        self, client: Anthropic, batch_id: str
    ) -> Iterator[MessageBatchIndividualResponse]:
        try:
            with closing(client.messages.batches.results(batch_id)) as lines:
                yield from lines
        except (AttributeError, TypeError, ValueError):
            raise self.options.service.unanswered("its results cannot be read") from None

    def _take(self, line: MessageBatchIndividualResponse, sink: Sink) -> None:
        """Put a line into the sink. One that was not answered was not billed either."""
        result = line.result
        if result.type != "succeeded":
            said: str = result.type
            if result.type == "errored":
                said = f"{result.error.error.type}: {result.error.error.message}"
            raise ContentFault(
                f"The batch did not answer the request ({self.options.service.said(said)})",
                "Resume to ask again, or change the brief",
            )
        body = line.to_json(indent=None).encode()
        sink.accepted(200, {"content-type": "application/json", "custom-id": line.custom_id})
        sink.write(body)
        require_reply(body)


def _in_work(batch_id: str) -> Busy:
    """Nobody's turn to act: neither lost nor billed yet, and found again by its key."""
    return Busy(
        f"Claude is still working on batch {batch_id[:60]}",
        "It is looked at again later; a batch ends within a day",
        money="unknown",
        retry_after=_LOOK_AGAIN_SECONDS,
    )

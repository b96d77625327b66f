"""An answer on its way into the journal: streamed, bounded, and looked at before it is taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from arena_assets.domain.calls import Sink
from arena_assets.providers.answers import Service

_HEAD_BYTES = 16


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an answer may arrive: what its first bytes look like, how long and how large it may be.

    What does not begin as it should is no answer of this service but of something in between, and
    is not put into the sink: the journal would take its bytes, whole as they are, for an answer
    that was paid for.
    """

    service: Service
    looks_right: Callable[[bytes], bool]
    total_seconds: float
    largest_bytes: int
    now: Callable[[], float] = time.monotonic

    def receive(
        self, sink: Sink, status: int, headers: Mapping[str, str], chunks: Iterable[bytes]
    ) -> None:
        """Stream an answer into the sink. Raises OutcomeUnknown when it isn't what it should be."""
        if status != 200:
            raise self.service.unanswered(f"status {status}")
        begun, size, head = self.now(), 0, b""
        for chunk in chunks:
            size += len(chunk)
            if len(head) >= _HEAD_BYTES:
                sink.write(chunk)
            else:
                head += chunk
                if len(head) >= _HEAD_BYTES:
                    self._begin(sink, headers, head)
            if self.now() - begun > self.total_seconds:
                raise self.service.unanswered("the answer came too slowly")
            if size > self.largest_bytes:
                raise self.service.unanswered("the answer does not end")
        if len(head) < _HEAD_BYTES:
            self._begin(sink, headers, head)

    def _begin(self, sink: Sink, headers: Mapping[str, str], head: bytes) -> None:
        if not self.looks_right(head):
            raise self.service.unanswered("what came is not what was asked for")
        sink.accepted(200, self.service.kept_headers(headers))
        sink.write(head)

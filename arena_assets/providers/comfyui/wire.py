"""What a ComfyUI server says about jobs, read without trusting its shape."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file the server has, as /view wants it named."""

    name: str
    folder: str
    kind: str = "output"

    @property
    def query(self) -> dict[str, str]:
        return {"filename": self.name, "subfolder": self.folder, "type": self.kind}


@dataclass(frozen=True, slots=True)
class Record:
    """A finished job: what it left by node, what happened, and for how long it had the GPU."""

    succeeded: bool
    messages: tuple[tuple[str, Mapping[str, Any]], ...]
    outputs: Mapping[str, tuple[OutputFile, ...]]

    @classmethod
    def parse(cls, entry: object) -> Record | None:
        if not isinstance(entry, dict):
            return None
        status = entry.get("status")
        status = status if isinstance(status, dict) else {}
        raw = status.get("messages")
        messages = tuple(
            (str(each[0]), each[1])
            for each in (raw if isinstance(raw, list) else ())
            if isinstance(each, (list, tuple)) and len(each) == 2 and isinstance(each[1], dict)
        )
        outputs = entry.get("outputs")
        return cls(
            succeeded=status.get("status_str") == "success" and status.get("completed") is True,
            messages=messages,
            outputs={
                str(node): tuple(_files(left))
                for node, left in (outputs if isinstance(outputs, dict) else {}).items()
                if isinstance(left, dict)
            },
        )

    @property
    def seconds(self) -> float | None:
        """From the job's start to its end by the server's clock; None when it does not say."""
        times = {kind: data.get("timestamp") for kind, data in self.messages}
        start, end = times.get("execution_start"), times.get("execution_success")
        if not isinstance(start, (int, float)) or not isinstance(end, (int, float)):
            return None
        return max(0.0, (end - start) / 1000)


def _files(left: Mapping[str, object]) -> Iterator[OutputFile]:
    """Pictures, videos and sounds stand in lists of different names; all have a filename."""
    for entries in left.values():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and isinstance(entry.get("filename"), str):
                yield OutputFile(
                    entry["filename"],
                    str(entry.get("subfolder") or ""),
                    str(entry.get("type") or "output"),
                )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job in the queue."""

    prompt_id: str
    number: float
    workflow: str


@dataclass(frozen=True, slots=True)
class Queue:
    running: tuple[str, ...]
    pending: tuple[Waiting, ...]

    @classmethod
    def parse(cls, answer: Mapping[str, object]) -> Queue:
        running = tuple(each.prompt_id for each in _waiting(answer.get("queue_running")))
        pending = sorted(_waiting(answer.get("queue_pending")), key=lambda each: each.number)
        return cls(running, tuple(pending))

    def __len__(self) -> int:
        return len(self.running) + len(self.pending)

    def place(self, prompt_id: str) -> int | None:
        """0 while a job runs, 1 for the next one, and so on; None when it is not here."""
        if prompt_id in self.running:
            return 0
        ids = [each.prompt_id for each in self.pending]
        return ids.index(prompt_id) + 1 if prompt_id in ids else None


def _waiting(entries: object) -> Iterator[Waiting]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, list) and len(entry) >= 2 and isinstance(entry[1], str):
            number = float(entry[0]) if isinstance(entry[0], (int, float)) else 0.0
            extra = entry[3] if len(entry) > 3 and isinstance(entry[3], dict) else {}
            yield Waiting(entry[1], number, str(extra.get("arena_workflow", "")))

"""What went wrong at a ComfyUI server, as errors of ours.

Nothing here costs money that was not reserved: a job that gave no result is never billed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import httpx
from pydantic import JsonValue

from arena_assets.errors import (
    ArenaError,
    Busy,
    ContentFault,
    Outage,
    Refused,
    Transient,
    WorkFault,
)

_MOST_SAID = 240
_UNSHOWN = r"[^\x20-\x7e\u00a0-\uffff]|[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
"""Controls, and characters that turn or hide the text around them."""


class NotThere(Outage):
    """No process listens: nothing was sent, and what a server held in memory is gone."""


class OutOfMemory(Transient):
    """The GPU's memory did not suffice."""


def plain(text: object) -> str:
    """Foreign text as one short line: it is shown, never interpreted."""
    line = " ".join(re.sub(_UNSHOWN, " ", str(text)).split())
    return line if len(line) <= _MOST_SAID else f"{line[:_MOST_SAID]}…"


def transport_fault(label: str, error: httpx.HTTPError | httpx.InvalidURL) -> ArenaError:
    """A request that got no answer."""
    if isinstance(error, httpx.ConnectError):
        return NotThere(
            f"No ComfyUI server answers at {label}", "Start it, or correct ARENA_COMFYUI_URLS"
        )
    if isinstance(error, httpx.ConnectTimeout):
        return Outage(
            f"The ComfyUI server at {label} cannot be reached", "Check the network and its firewall"
        )
    if isinstance(error, httpx.TimeoutException):
        return Outage(
            f"The ComfyUI server at {label} does not answer in time", "See whether it still works"
        )
    return Transient(
        f"The connection to ComfyUI at {label} broke ({type(error).__name__})", "It is tried again"
    )


def status_fault(label: str, status: int, what: str) -> ArenaError | None:
    """A request that was answered with an error status; None for one that was not."""
    if status < 400:
        return None
    said = f"ComfyUI at {label} answered {status} to {what}"
    match status:
        case 401 | 403:
            return Refused(
                said, "Set the server's user and password or token in ARENA_COMFYUI_AUTH"
            )
        case 404 | 405:
            return Refused(said, "Check that the address is a ComfyUI server's, 0.3.60 or later")
        case 413:
            return ContentFault(said, "Raise --max-upload-size of the server, or make less pixels")
        case 429:
            return Busy(said, "It is tried again when the server has room")
        case 500:
            return Transient(said, "It is tried again; the server's log says why")
        case status if status > 500:
            return Outage(said, "See whether the server behind the proxy runs")
    return Refused(said, "Update ComfyUI, or arena_assets")


def not_json(label: str, what: str) -> Outage:
    return Outage(
        f"ComfyUI at {label} answered {what} with something that is no JSON",
        "A proxy or sign-in page may stand in front: check the address and ARENA_COMFYUI_AUTH",
    )


def rejected_graph(
    label: str, titles: Mapping[str, str], error: JsonValue, node_errors: JsonValue
) -> ContentFault:
    """A graph the server will not run, said by the titles of its nodes."""
    said: list[str] = []
    if isinstance(node_errors, dict):
        for node, entry in node_errors.items():
            errors = entry.get("errors") if isinstance(entry, dict) else None
            for each in errors if isinstance(errors, list) else ():
                if isinstance(each, dict):
                    words = f"{each.get('message', '')} ({each.get('details', '')})"
                    said.append(f"{titles.get(node, node)}: {words}")
    if not said and isinstance(error, dict):
        said.append(str(error.get("message", "no reason given")))
    return ContentFault(
        f"ComfyUI at {label} will not run the workflow: {plain('; '.join(said))}",
        "Correct the template or its settings; docs/comfyui.md explains slots",
    )


def failed_job(
    label: str, titles: Mapping[str, str], messages: tuple[tuple[str, Mapping[str, JsonValue]], ...]
) -> ArenaError:
    """A job that ran and did not finish."""
    for kind, data in messages:
        if kind == "execution_interrupted":
            # Not Transient: who pressed stop there does not want it back at once.
            return WorkFault(
                f"The job was stopped on the ComfyUI server at {label}",
                "Make the slot again when the server is free",
            )
        if kind == "execution_error":
            node = titles.get(str(data.get("node_id")), str(data.get("node_type")))
            reason = plain(data.get("exception_message", ""))
            if "OutOfMemory" in str(data.get("exception_type")) or "out of memory" in reason:
                return OutOfMemory(
                    f"The GPU at {label} ran out of memory in {node}",
                    "Close what else uses it, or choose a smaller picture or model",
                )
            return ContentFault(
                f"{node} failed on ComfyUI at {label}: {reason}",
                "Correct the template or its models, then make the slot again",
            )
    return Transient(f"The job failed on ComfyUI at {label}", "Look at the server's log")

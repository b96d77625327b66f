"""What is happening, in words: one sentence for each event of the log."""

from __future__ import annotations

from arena_assets.domain.identity import partition_key
from arena_assets.domain.slots import CLIPS, IMAGES, MUSIC, PACK, ROW, SEQUENCE_SET, VIDEOS
from arena_assets.store.events import Event

_THING = {
    IMAGES: "picture",
    CLIPS: "clip",
    SEQUENCE_SET: "edit",
    MUSIC: "track",
    VIDEOS: "video",
    "arena_metadata": "lore",
    "arena_scene": "the place",
    ROW: "the release",
    PACK: "the engine pack",
}
_STATES = {
    "planned": "waits for its turn",
    "queued": "is queued",
    "running": "is in the making",
    "made": "is made",
    "published": "is published",
    "failed": "failed",
    "cancelled": "was cancelled",
    "withheld": "was taken out of the game",
    "released": "may be published again",
}


def thing(slot: str | None) -> str:
    """``image_set/view_03`` → ``picture 3``; ``music_tracks/main`` → ``track main``."""
    asset, _, name = (slot or "").partition("/")
    noun = _THING.get(asset, asset or "work")
    tail = name.rpartition("_")[2]
    number = str(int(tail)) if tail.isascii() and tail.isdigit() else name.replace("_", " ")
    return f"{noun} {number}".strip()


def sentence(event: Event) -> str:
    """One event as a person reads it, without the text that people or models wrote."""
    arena = "" if event.arena_id is None else partition_key(event.arena_id)
    what, data = thing(event.slot), event.data
    match event.kind:
        case "request_placed":
            count = data.get("count", 0)
            return f"{count} arena{'' if count == 1 else 's'} asked for"
        case "arena_named":
            return f"{arena} has its name"
        case "launch_wanted":
            return f"{arena} will be run"
        case "run_lost":
            return f"The run of {arena} was lost and is tried again"
        case "slot_started":
            return f"{what[0].upper()}{what[1:]} is begun by {data.get('provider', 'its maker')}"
        case "slot_progress":
            share = round(100 * float(data.get("fraction") or 0))
            note = str(data.get("note") or "")
            return f"{what[0].upper()}{what[1:]}: {note + ', ' if note else ''}{share} %"
        case "slot_done":
            return f"{what[0].upper()}{what[1:]} is made, in {float(data.get('seconds', 0)):.1f} s"
        case "slot_reused":
            return f"{what[0].upper()}{what[1:]} was there already"
        case "slot_failed":
            return f"{what[0].upper()}{what[1:]} failed"
        case "checks_failed":
            checks = ", ".join(str(each).replace("_", " ") for each in data.get("checks") or ())
            return f"{what[0].upper()}{what[1:]} did not pass: {checks}"
        case "slot_cancelled":
            return f"{what[0].upper()}{what[1:]} was stopped"
        case "slot_approved" | "slot_rejected" | "slot_chosen" | "slot_unpinned":
            did = {
                "slot_approved": "approved",
                "slot_rejected": "rejected",
                "slot_chosen": f"chosen as take {data.get('take')}",
                "slot_unpinned": "no longer approved",
            }[event.kind]
            return f"{what[0].upper()}{what[1:]} of {arena} is {did}, by {data.get('who')}"
        case "project_style_changed" | "project_rules_changed":
            part = "style" if "style" in event.kind else "rules"
            return f"The project's {part} changed, by {data.get('who')}"
    if event.kind.startswith("arena_"):
        said = _STATES.get(event.kind.removeprefix("arena_"), event.kind.replace("_", " "))
        return f"{arena} {said}"
    return event.kind.replace("_", " ")


def event_data(event: Event, project: str | None) -> dict[str, object]:
    """An event as JSON: the same for SSE, websocket and webhooks."""
    return {
        "seq": event.seq,
        "at": event.at.isoformat(),
        "kind": event.kind,
        "project": project,
        "request_id": event.request_id,
        "arena": None if event.arena_id is None else partition_key(event.arena_id),
        "slot": event.slot,
        "words": sentence(event),
        "data": event.data,
    }

"""10,000 finished arenas straight into an SQLite database, as big as real ones."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from arena_assets.domain.manifest import FileRef, Finding, Provenance, SlotManifest
from arena_assets.domain.palette import pair_at
from arena_assets.domain.request import RequestSpec
from arena_assets.domain.slots import UPSTREAM, SlotName, metadata_slot
from arena_assets.store.base import utc_now
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.tables import PlanRow, ProjectRow, RequestRow

ARENAS = 10_000
_PER_REQUEST = 100
_PROJECTS = 5
_KEY = "0" * 64
_ROLES = {
    "arena_scene": ("glb", "scene"),
    "image_set": ("picture", "depth", "mask"),
    "music_tracks": ("wav", "ogg", "mp3", "waveform"),
    "engine_pack": ("zip",),
}
_RESULT = (
    "INSERT INTO slot_results (arena_id, asset, name, key, take, revision, manifest, created_at) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_EVENT = (
    "INSERT INTO events (at, project_id, request_id, arena_id, slot, kind, data) "
    "VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_LORE = json.dumps(
    {
        "name": "Plain Hall",
        "mana_color": "AZURE",
        "theme": "ancient_temple",
        "passive_effect": {"name": "Calm", "description": "Nothing moves.", "type": "calm"},
        "objective": {"name": "Stand", "description": "Stand here.", "reward": "A draw."},
        "hazard": {
            "name": "Draught",
            "description": "A door is open.",
            "trigger": "turn_start",
            "effect": "Lose one mana.",
        },
        "special_rules": [
            {
                "name": "Rule",
                "description": "There is one rule.",
                "trigger": "on_death",
                "effect": "draw",
                "amount": 1,
            }
        ],
        "story_text": "A hall stood here. It stands here still, and waits.",
        "flavor_text": "Good enough for now.",
        "difficulty_rating": 2,
        "environment_description": "A plain stone hall in even light, with one open door.",
    }
).encode()
_STATES = ("published",) * 8 + ("made", "failed")


def fill(db: Database, blobs: BlobStore) -> None:
    """Projects, requests, plans, all results and one run's events of each arena."""
    now = utc_now()
    lore = blobs.put_bytes(_LORE, "application/json", ".json")
    manifests = {slot: _manifest(slot, lore) for slot in UPSTREAM}
    with db.write() as session:
        projects = [
            {"id": each + 1, "slug": f"bench-{each}", "next_pair": 0, "created_at": now}
            for each in range(_PROJECTS)
        ]
        session.execute(insert(ProjectRow), projects)
    for request_id in range(1, ARENAS // _PER_REQUEST + 1):
        project = request_id % _PROJECTS
        spec = RequestSpec(project=f"bench-{project}", count=_PER_REQUEST)
        first = (request_id - 1) * _PER_REQUEST + 1
        ids = range(first, first + _PER_REQUEST)
        at = now - timedelta(hours=ARENAS // _PER_REQUEST - request_id)
        with db.write() as session:
            request = {
                "id": request_id,
                "project_id": project + 1,
                "spec": spec.model_dump(mode="json"),
                "idempotency_key": None,
                "created_at": at,
            }
            session.execute(insert(RequestRow), [request])
            session.execute(insert(PlanRow), [_plan(each, request, at) for each in ids])
            raw = session.connection().exec_driver_sql
            raw(_RESULT, list(_results(ids, manifests, at)))
            raw(_EVENT, list(_events(ids, request, at)))


def _plan(arena_id: int, request: dict[str, Any], at: datetime) -> dict[str, Any]:
    pair = pair_at(arena_id)
    state = _STATES[arena_id % len(_STATES)]
    return {
        "id": arena_id,
        "request_id": request["id"],
        "project_id": request["project_id"],
        "mana_color": pair.mana_color.value,
        "theme": pair.theme.value,
        "brief": "",
        "priority": 0,
        "name": f"Hall {arena_id}",
        "name_key": f"hall {arena_id}",
        "state": state,
        "reason": "a check has not passed" if state == "failed" else None,
        "launch": 1,
        "launched": 1,
        "claimed_at": None,
        "withheld": False,
        "run_id": f"{arena_id:032x}",
        "created_at": at,
        "updated_at": at,
    }


def _results(ids: range, manifests: dict[SlotName, str], at: datetime) -> Iterator[tuple[Any, ...]]:
    for arena_id in ids:
        for slot, manifest in manifests.items():
            key = hashlib.sha256(f"{arena_id}/{slot}".encode()).hexdigest()
            yield arena_id, *slot, key, 1, 1, manifest.replace(_KEY, key), at.isoformat(" ")


def _events(ids: range, request: dict[str, Any], at: datetime) -> Iterator[tuple[Any, ...]]:
    made = json.dumps({"provider": "embedded", "seconds": 2.5, "reused": False})
    kinds: list[tuple[str, str | None, str]] = [
        ("arena_queued", None, "{}"),
        ("arena_running", None, "{}"),
        *(("slot_done", str(slot), made) for slot in UPSTREAM),
        ("arena_made", None, "{}"),
        ("arena_published", None, "{}"),
    ]
    for arena_id in ids:
        for kind, slot, data in kinds:
            where = (request["project_id"], request["id"], arena_id)
            yield at.isoformat(" "), *where, slot, kind, data


def _manifest(slot: SlotName, lore: FileRef) -> str:
    roles = _ROLES.get(slot.asset, ("mp4", "poster"))
    digest = hashlib.sha256(str(slot).encode()).hexdigest()
    ref = FileRef(sha256=digest, size=3_000_000, media_type="image/png", suffix=".png")
    finding = Finding(check="size", passed=True, said="1792×1008 pixels, 1792×1008 wanted")
    return SlotManifest(
        slot=str(slot),
        take=1,
        key=_KEY,
        files={"metadata": lore} if slot == metadata_slot() else dict.fromkeys(roles, ref),
        measurements={f"measured_{number}": number / 7 for number in range(12)},
        findings=(finding,) * 8,
        provenance=Provenance(
            recipe=slot.asset,
            version="1",
            provider="embedded",
            model="none",
            inputs={"scene": ref},
            params={"width": 1792, "height": 1008, "quality": "standard"},
        ),
        seconds=2.5,
    ).model_dump_json()

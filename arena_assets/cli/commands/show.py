"""``arena show``: everything about one arena."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from arena_assets.cli.guard import JsonOption
from arena_assets.cli.opened import open_database, read_settings
from arena_assets.cli.output import Output, megabytes, plain
from arena_assets.domain.durations import duration

if TYPE_CHECKING:
    from rich.table import Table

    from arena_assets.domain.manifest import SlotManifest
    from arena_assets.domain.metadata import ArenaMetadata
    from arena_assets.domain.slots import SlotName
    from arena_assets.settings import Settings
    from arena_assets.store.database import Database
    from arena_assets.store.plans import Plan


def show(
    arena: Annotated[str, typer.Argument(metavar="ARENA", help="Like arena-000042 or 42.")],
    as_json: JsonOption = False,
) -> None:
    """Show one arena: its plan, lore, slots, findings that failed, and what is published of it."""
    from arena_assets.domain.identity import arena_id_of
    from arena_assets.domain.slots import UPSTREAM, metadata_slot
    from arena_assets.store import results
    from arena_assets.store.drafts import draft_of
    from arena_assets.store.plan_states import PlanState
    from arena_assets.store.plans import get_plan

    settings = read_settings()
    arena_id = arena_id_of(arena)
    with open_database(settings) as db:
        plan = get_plan(db, arena_id)
        kept = results.for_arena(db, arena_id)
        lore = _lore(settings, kept.get(metadata_slot()))
        published = _published(settings, db, arena_id)
        draft = draft_of(db, arena_id)
        waits = None if draft is None or plan.state is not PlanState.PLANNED else draft.sentence
        data = {
            **_plan_data(plan),
            "waits": waits,
            "lore": None if lore is None else lore.model_dump(mode="json"),
            "slots": {str(slot): _slot_data(kept[slot]) for slot in UPSTREAM if slot in kept},
            "missing": [str(slot) for slot in UPSTREAM if slot not in kept],
            "published": published,
        }
    out = Output(as_json=as_json)
    out.answer(data, _plan_lines(plan, lore, waits), _slot_table(kept), _end_lines(kept, published))


def _plan_data(plan: Plan) -> dict[str, Any]:
    return {
        "arena": plan.partition,
        "arena_id": plan.arena_id,
        "request_id": plan.request_id,
        "project": plan.project,
        "name": plan.name,
        "mana_color": plan.mana_color.value,
        "theme": plan.theme.value,
        "brief": plan.brief,
        "priority": plan.priority,
        "state": plan.state.value,
        "reason": plan.reason,
        "withheld": plan.withheld,
        "launch": plan.launch,
        "launched": plan.launched,
        "run_id": plan.run_id,
        "created_at": plan.created_at.isoformat(),
        "updated_at": plan.updated_at.isoformat(),
    }


def _lore(settings: Settings, manifest: SlotManifest | None) -> ArenaMetadata | None:
    """The written arena, when its bytes can be read; ``show`` also helps where they can't."""
    from arena_assets.domain.metadata import ArenaMetadata
    from arena_assets.errors import BlobDamaged
    from arena_assets.store.blobs import BlobStore

    if manifest is None:
        return None
    try:
        content = BlobStore(settings.blob_dir).path(manifest.file("metadata")).read_bytes()
    except BlobDamaged:
        return None
    return ArenaMetadata.model_validate_json(content)


def _published(settings: Settings, db: Database, arena_id: int) -> dict[str, Any] | None:
    from arena_assets.store import game

    standing = game.publication(db, arena_id)
    if standing is None:
        return None
    return {
        "folder": str(settings.published_dir / standing.root),
        "root": standing.root,
        "revision": standing.revision,
        "manifest_hash": standing.manifest_hash,
        "published_at": standing.published_at.isoformat(),
        "rows": {
            "arenas": int(game.game_arena(db, arena_id) is not None),
            "arena_clips": [
                {"clip_type": clip.clip_type, "file_path": clip.file_path}
                for clip in game.game_clips(db, arena_id)
            ],
        },
    }


def _slot_data(manifest: SlotManifest) -> dict[str, Any]:
    return {
        **manifest.model_dump(mode="json", exclude={"slot"}),
        "size": _size(manifest),
        "content_hash": manifest.content_hash,
        "passed": manifest.passed,
    }


def _size(manifest: SlotManifest) -> int:
    return sum(ref.size for ref in manifest.files.values())


def _plan_lines(plan: Plan, lore: ArenaMetadata | None, waits: str | None) -> str:
    lines = [
        f"{plan.partition}  {plain(plan.name or 'not named yet')}",
        f"{plan.mana_color}, {plan.theme.words}, project {plan.project}, request {plan.request_id}",
        f"{plan.state}{' (kept back)' if plan.withheld else ''}"
        + (f": {plain(plan.reason)}" if plan.reason else ""),
    ]
    if waits:
        lines.append(f"It {waits}.")
    if plan.brief:
        lines.append(f"brief: {plain(plan.brief)}")
    if lore is not None:
        lines += [
            "",
            plain(lore.flavor_text),
            plain(lore.story_text),
            f"Passive: {plain(lore.passive_effect.name)}. Objective: {plain(lore.objective.name)}. "
            f"Hazard: {plain(lore.hazard.name)}. Difficulty {lore.difficulty_rating} of 5.",
        ]
    return "\n".join(lines) + "\n"


def _slot_table(kept: Mapping[SlotName, SlotManifest]) -> Table:
    from rich.table import Table

    from arena_assets.domain.slots import UPSTREAM

    table = Table(box=None, pad_edge=False)
    for column in ("slot", "take", "size", "work", "hash", "checks", "made by"):
        table.add_column(column, no_wrap=True)
    for slot in UPSTREAM:
        manifest = kept.get(slot)
        if manifest is None:
            table.add_row(str(slot), "—", "—", "—", "—", "not made yet", "")
            continue
        passed = sum(finding.passed for finding in manifest.findings)
        table.add_row(
            str(slot),
            str(manifest.take),
            megabytes(_size(manifest)),
            duration(manifest.seconds),
            manifest.content_hash[:12],
            f"{passed}/{len(manifest.findings)} passed" if manifest.findings else "—",
            plain(manifest.provenance.maker),
        )
    return table


def _end_lines(kept: Mapping[SlotName, SlotManifest], published: Mapping[str, Any] | None) -> str:
    lines = [
        f"not passed: {slot}: {plain(finding.said)}"
        for slot, manifest in kept.items()
        for finding in manifest.findings
        if not finding.passed
    ]
    if published is None:
        return "\n".join(["", *lines, "Nothing of it is published."])
    lines.append(f"Published (revision {published['revision']}): {published['folder']}")
    lines += [
        f"  {clip['clip_type']}: {clip['file_path']}" for clip in published["rows"]["arena_clips"]
    ]
    return "\n".join(["", *lines])

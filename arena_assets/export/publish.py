"""Publishing: checked files into the published tree, then the game's rows in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from arena_assets.domain.manifest import (
    FileRef,
    Finding,
    Provenance,
    SlotManifest,
    canonical_json,
    digest,
)
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.slots import (
    IMAGES,
    ROW,
    Slot,
    SlotName,
    metadata_slot,
    row_slot,
    video_slot,
)
from arena_assets.errors import PublishBlocked
from arena_assets.export.published import PublishedTree, StagedTree, TreeFile
from arena_assets.export.release import CLIP_USES, published_files
from arena_assets.providers.versions import VERSIONS
from arena_assets.store import game, plans, results
from arena_assets.store.game import GameArena, GameClip, Publication
from arena_assets.store.plan_states import PlanState
from arena_assets.store.plans import Plan
from arena_assets.store.projects import project_choices
from arena_assets.workshop.review import unapproved
from arena_assets.workshop.studio import Studio

_RECORD = "record"


def publish_arena(
    studio: Studio, arena_id: int, manifests: Mapping[SlotName, SlotManifest]
) -> SlotManifest:
    """Publish an arena from the manifests of its slots and return the row's own manifest.

    Everything is checked again first: every finding, and every byte on its way into the tree. The
    rows and the publication record then change together; the folder published before is removed
    last. Publishing the same content again changes nothing. An arena that a person has unpublished,
    or of which items wait for an approval, is made ready and kept back, also when that came while
    its files were copied; what of it is in the game stays there. Raises :class:`PublishBlocked`
    when a check has not passed, or when something was made in a service's place and the project
    does not publish such things.
    """
    plan = plans.get_plan(studio.db, arena_id)
    choices = project_choices(studio.db, plan.project)
    _require_passed(plan, manifests, fallbacks_pass=choices.publish_fallbacks)
    content = _content(plan, manifests)
    before = game.publication(studio.db, arena_id)
    waiting = unapproved(studio.db, plan, manifests)
    plans.set_state(studio.db, arena_id, PlanState.MADE, reason=_waits(waiting))
    if plan.withheld or waiting:
        return _keep_row(studio, plan, manifests, content, published=False)
    tree = PublishedTree(studio.settings.published_dir)
    staged = _stage(studio, tree, plan, manifests, content, before)
    arena, clips = _rows(studio, plan, manifests, staged)
    revision = before.revision + 1 if before else 1
    same = before is not None and before.root == staged.relative_root
    publication = Publication(
        arena_id=arena_id,
        root=staged.relative_root,
        manifest_hash=digest(content),
        revision=before.revision if before and same else revision,
        published_at=before.published_at if before and same else datetime.now(UTC),
    )
    with studio.db.together():
        plans.lock_plans(studio.db, [arena_id])  # nobody unpublishes or decides from here on
        published = not _kept_back(studio, arena_id, manifests, before)
        if published:
            game.publish_rows(studio.db, arena, clips, publication)
    if published and before and not same:
        tree.remove(before.root)
    return _keep_row(studio, plan, manifests, content, published=published)


def _kept_back(
    studio: Studio,
    arena_id: int,
    manifests: Mapping[SlotName, SlotManifest],
    before: Publication | None,
) -> bool:
    """Whether a person has changed their mind since the files were copied: the arena was taken out,
    even if it is wanted again by now, as its folder is gone; or a decision is missing."""
    plan = plans.get_plan(studio.db, arena_id)
    taken_out = before is not None and game.publication(studio.db, arena_id) is None
    return plan.withheld or taken_out or bool(unapproved(studio.db, plan, manifests))


def _waits(waiting: Sequence[SlotName]) -> str | None:
    if not waiting:
        return None
    return f"waits for review: {len(waiting)} item{'' if len(waiting) == 1 else 's'} to approve"


def _require_passed(
    plan: Plan, manifests: Mapping[SlotName, SlotManifest], *, fallbacks_pass: bool
) -> None:
    failed = [
        f"{slot}: {finding.said}"
        for slot, manifest in manifests.items()
        for finding in manifest.findings
        if not finding.passed
    ]
    fallbacks = [
        str(slot)
        for slot, each in manifests.items()
        if each.provenance.fallback and not fallbacks_pass
    ]
    if failed or fallbacks:
        why = "; ".join(failed[:3] + [f"{slot} is a fallback" for slot in fallbacks[:3]])
        step = f"Redo what failed, like 'arena redo {plan.partition} {IMAGES}/view_03'"
        if fallbacks and not failed:
            step = (
                f"'arena resume {plan.partition}' makes them anew once the service is back; "
                f"'arena project {plan.project} --publish-fallbacks on' publishes them as they are"
            )
        raise PublishBlocked(
            f"{plan.partition} is not published, as {len(failed) + len(fallbacks)} checks have not "
            f"passed ({why})",
            step,
        )


def _content(plan: Plan, manifests: Mapping[SlotName, SlotManifest]) -> dict[str, Any]:
    """The published ``manifest.json``: the same for the same content, whenever it is written."""
    files = published_files(manifests)
    return {
        "format": 1,
        "arena": plan.partition,
        "project": plan.project,
        "name": plan.name,
        "theme": plan.theme.value,
        "mana_color": plan.mana_color.value,
        "files": [
            {
                "path": f"{folder}/{name}",
                "slot": str(slot),
                "role": role,
                **manifests[slot].file(role).model_dump(mode="json"),
            }
            for (folder, name), (slot, role) in files.items()
        ],
        "slots": {
            str(slot): manifest.model_dump(mode="json", exclude={"seconds", "price_usd"})
            for slot, manifest in sorted(manifests.items())
        },
    }


def _stage(
    studio: Studio,
    tree: PublishedTree,
    plan: Plan,
    manifests: Mapping[SlotName, SlotManifest],
    content: dict[str, Any],
    before: Publication | None,
) -> StagedTree:
    files = []
    for (folder, name), (slot, role) in published_files(manifests).items():
        ref = manifests[slot].file(role)
        files.append(TreeFile(f"{folder}/{name}", studio.blobs.path(ref), ref.sha256, ref.size))
    day = _day_of(before) if before else datetime.now(UTC).date()
    return tree.stage(plan.project, day, plan.partition, files, content)


def _day_of(publication: Publication) -> date:
    """An arena keeps the day of its first publication, so that its folder stays where it was."""
    return date.fromisoformat(publication.root.split("/")[1])


def _rows(
    studio: Studio,
    plan: Plan,
    manifests: Mapping[SlotName, SlotManifest],
    staged: StagedTree,
) -> tuple[GameArena, list[GameClip]]:
    lore_ref = manifests[metadata_slot()].file("metadata")
    lore = ArenaMetadata.model_validate_json(studio.blobs.path(lore_ref).read_bytes())
    now = datetime.now(UTC)
    arena = GameArena(
        id=plan.arena_id,
        name=lore.name,
        mana_color=lore.mana_color.value,
        passive_effect=lore.passive_effect.model_dump(mode="json"),
        objective=lore.objective.model_dump(mode="json"),
        hazard=lore.hazard.model_dump(mode="json"),
        special_rules=[rule.model_dump(mode="json") for rule in lore.special_rules],
        story_text=lore.story_text,
        flavor_text=lore.flavor_text,
        background_music=f"{staged.relative_root}/music/main.ogg",
        ambient_sounds=f"{staged.relative_root}/music/ambient.ogg",
        difficulty_rating=lore.difficulty_rating,
        created_at=now,
    )
    clips = []
    for clip_type, video, condition in CLIP_USES:
        manifest = manifests[video_slot(video)]
        measured = manifest.measurements
        clips.append(
            GameClip(
                arena_id=plan.arena_id,
                clip_type=clip_type,
                file_path=f"{staged.relative_root}/videos/{video}.mp4",
                trigger_condition=_condition(clip_type, condition, lore),
                duration_seconds=float(str(measured["seconds"])),
                resolution=f"{measured['width']}x{measured['height']}",
                file_size_mb=round(manifest.file("mp4").size / 1e6, 3),
                created_at=now,
            )
        )
    return arena, clips


def _condition(clip_type: str, condition: dict[str, Any], lore: ArenaMetadata) -> dict[str, Any]:
    if clip_type == "hazard_trigger":
        return {**condition, "on": lore.hazard.trigger.value}
    return dict(condition)


def _keep_row(
    studio: Studio,
    plan: Plan,
    manifests: Mapping[SlotName, SlotManifest],
    content: dict[str, Any],
    *,
    published: bool,
) -> SlotManifest:
    """The row as a slot result: its record holds all that was published, for the pack to read."""
    record = studio.blobs.put_bytes(
        json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1).encode(),
        "application/json",
        ".json",
    )
    key = digest({"recipe": ROW, "version": VERSIONS[ROW], "content": canonical_json(content)})
    manifest = SlotManifest(
        slot=str(row_slot()),
        take=1,
        key=key,
        files={_RECORD: record},
        measurements={
            "published": published,
            "files": len(content["files"]),
            "size_mb": round(sum(file["size"] for file in content["files"]) / 1e6, 3),
        },
        findings=(
            Finding(
                check="all_passed",
                passed=True,
                said=f"all findings of {len(manifests)} slots passed",
            ),
        ),
        provenance=Provenance(
            recipe=ROW,
            version=VERSIONS[ROW],
            provider="arena_assets",
            model="publish",
            inputs=_inputs(manifests),
            params={"published": published},
        ),
        seconds=0.0,
    )
    results.keep(studio.db, Slot(plan.arena_id, row_slot()), manifest)
    return manifest


def _inputs(manifests: Mapping[SlotName, SlotManifest]) -> dict[str, FileRef]:
    return {
        f"{slot}:{role}": ref
        for slot, manifest in sorted(manifests.items())
        for role, ref in manifest.files.items()
    }

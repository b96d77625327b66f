"""Asset checks: each slot's files are still the measured bytes, and what was measured is good.

They block what is downstream, so nothing is published that a check has not passed. Each arena has
its own results. Dagster's UI starts no check by itself for an arena; to look again, a person
materializes the asset, which keeps what is there and checks it.
"""

import warnings
from collections.abc import Iterator

import dagster as dg

from arena_assets.defs.naming import asset_key, of_asset, slot_of
from arena_assets.defs.partitions import ARENAS
from arena_assets.defs.pools import FIRST
from arena_assets.defs.studio import StudioResource, told_plainly
from arena_assets.domain import slots
from arena_assets.domain.identity import arena_id_of
from arena_assets.errors import UsageFault

_WHAT = {
    slots.METADATA: "The lore is complete and its files are whole.",
    slots.SCENE: "The model is a valid GLB and its files are whole.",
    slots.IMAGES: "The picture has detail, shows its subject, and is none of the other views.",
    slots.CLIPS: "The clip has the exact length, size and colour, and moves throughout.",
    slots.SEQUENCE_SET: "The edit is exact to the frame, plays whole, and loops where it should.",
    slots.MUSIC: "The track has the exact length, loudness and peak, and loops where it should.",
    slots.VIDEOS: "MP4 and OGV play whole, with picture and sound of equal length.",
    slots.ROW: "The game's rows stand and every file they name has the right hash.",
    slots.PACK: "The archive is whole and holds what its manifest names.",
}
_NAME = "sound"


def _checks_for(asset: str) -> dg.AssetChecksDefinition:
    # Partitions of checks are in preview in the Dagster release that we hold to. Without them one
    # arena's result hides another's, and the UI offers to run a check without an arena.
    with warnings.catch_warnings(action="ignore", category=dg.PreviewWarning):
        specs = [
            dg.AssetCheckSpec(
                _NAME,
                asset=asset_key(slot),
                description=_WHAT[asset],
                blocking=asset != slots.PACK,
                partitions_def=ARENAS,
            )
            for slot in of_asset(asset)
        ]

    @dg.multi_asset_check(
        name=f"{asset}_checks",
        specs=specs,
        can_subset=True,
        # They stand between the scene and its pictures.
        op_tags=FIRST if asset in (slots.METADATA, slots.SCENE) else None,
    )
    def check(
        context: dg.AssetCheckExecutionContext, studio: StudioResource
    ) -> Iterator[dg.AssetCheckResult]:
        from arena_assets.workshop.verdict import Verdict, verdict

        chosen = sorted(context.selected_asset_check_keys, key=lambda key: key.asset_key.path)
        with told_plainly():
            if not context.has_partition_key:
                raise UsageFault(
                    "A check looks at one arena, and none was chosen",
                    f"Materialize {'/'.join(chosen[0].asset_key.path)} for the arena: what is "
                    "there is kept, and is checked again",
                )
        arena_id = arena_id_of(context.partition_key)
        for check_key in chosen:
            found: Verdict = verdict(studio.studio, arena_id, slot_of(check_key.asset_key))
            yield dg.AssetCheckResult(
                passed=found.passed,
                asset_key=check_key.asset_key,
                check_name=check_key.name,
                description=found.summary,
                metadata={
                    "findings": dg.MetadataValue.json(
                        [finding.model_dump() for finding in found.findings]
                    )
                },
            )

    return check


CHECKS: list[dg.AssetChecksDefinition] = [_checks_for(asset) for asset in _WHAT]

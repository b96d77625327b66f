"""Is a slot's result still good: its bytes looked at again, its findings, its likeness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena_assets.domain.manifest import Finding, SlotManifest
from arena_assets.domain.slots import IMAGES, ROW, Slot, SlotName, image_slot
from arena_assets.domain.views import VIEWS
from arena_assets.errors import BlobDamaged
from arena_assets.store import results
from arena_assets.workshop.studio import Studio


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings about one slot."""

    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        return all(finding.passed for finding in self.findings)

    @property
    def summary(self) -> str:
        """One sentence: what failed, or that all is well."""
        failed = [finding for finding in self.findings if not finding.passed]
        if not failed:
            return f"All {len(self.findings)} findings passed."
        return "; ".join(f"{finding.check}: {finding.said}" for finding in failed) + "."


def verdict(studio: Studio, arena_id: int, where: SlotName) -> Verdict:
    """Look at a slot's latest result again. A slot without one fails with the next step."""
    manifest = results.latest(studio.db, Slot(arena_id, where))
    if manifest is None:
        missing = Finding(
            check="made", passed=False, said=f"{where} was not made yet; materialize it first"
        )
        return Verdict((missing,))
    found = [*manifest.findings, _whole(studio, manifest)]
    if where.asset == IMAGES:
        slots = (image_slot(view.number) for view in VIEWS)
        kept = {slot: results.latest(studio.db, Slot(arena_id, slot)) for slot in slots}
        found += distinct({slot: each for slot, each in kept.items() if each is not None}, where)
    if where.asset == ROW:
        from arena_assets.workshop.released import released_findings

        found += released_findings(studio, arena_id)
    return Verdict(tuple(found))


def _whole(studio: Studio, manifest: SlotManifest) -> Finding:
    try:
        for ref in manifest.files.values():
            studio.blobs.verify(ref)
    except BlobDamaged as error:
        return Finding(check="files_whole", passed=False, said=str(error))
    return Finding(
        check="files_whole", passed=True, said=f"{len(manifest.files)} files have their hashes"
    )


def distinct(
    pictures: Mapping[SlotName, SlotManifest], only: SlotName | None = None
) -> tuple[Finding, ...]:
    """Whether pictures look different by the fingerprints that were taken of them.

    With ``only`` that picture is compared with the others. A picture in question without a
    fingerprint fails.
    """
    from arena_assets.inspect.likeness import check_distinct

    taken = {slot.name: each.measurements.get("fingerprint") for slot, each in pictures.items()}
    marks = {name: mark for name, mark in taken.items() if isinstance(mark, str)}
    asked = taken if only is None else (only.name,)
    without = [name for name in asked if name not in marks]
    if without:
        said = f"older code made {without[0]} and took no fingerprint; materialize it again"
        return (Finding(check="distinct", passed=False, said=said),)
    return check_distinct(marks, only=only.name if only else None)

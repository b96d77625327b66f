"""Is a slot's result still good: its bytes looked at again, its findings, its likeness."""

from __future__ import annotations

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
        found += _distinct(studio, arena_id, where, manifest)
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


def _distinct(
    studio: Studio, arena_id: int, where: SlotName, manifest: SlotManifest
) -> list[Finding]:
    from arena_assets.inspect.likeness import check_distinct

    mark = manifest.measurements.get("fingerprint")
    if not isinstance(mark, str):
        said = "it was made by older code, which took no fingerprint; materialize it again"
        return [Finding(check="distinct", passed=False, said=said)]
    marks = {where.name: mark}
    for view in VIEWS:
        other = results.latest(studio.db, Slot(arena_id, image_slot(view.number)))
        theirs = other.measurements.get("fingerprint") if other is not None else None
        if isinstance(theirs, str) and view.slot != where.name:
            marks[view.slot] = theirs
    return list(check_distinct(marks, only=where.name))

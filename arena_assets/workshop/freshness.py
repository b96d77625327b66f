"""Which of an arena's results still count: of the current take, and made from what counts."""

from __future__ import annotations

from collections.abc import Mapping

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import UPSTREAM, SlotName, downstream, row_slot


def fresh_slots(
    kept: Mapping[SlotName, SlotManifest], current: Mapping[SlotName, int]
) -> set[SlotName]:
    """The slots whose result is of their current take, as is everything they are made from."""
    changed = {
        slot
        for slot in UPSTREAM
        if slot not in kept or (slot != row_slot() and kept[slot].take != current.get(slot, 1))
    }
    stale = changed.union(*(downstream(slot) for slot in changed))
    return {slot for slot in UPSTREAM if slot not in stale}

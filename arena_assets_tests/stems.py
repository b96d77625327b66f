"""A made track with stems that were kept, for tests of mixing."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from arena_assets.domain.manifest import Provenance, SlotManifest
from arena_assets.domain.sequences import SequenceKind
from arena_assets.domain.slots import MUSIC, Slot, track_slot
from arena_assets.score.composition import Part
from arena_assets.score.deliver import StemArchive
from arena_assets.score.mix import role_mix
from arena_assets.score.render import MixSheet
from arena_assets.score.synth.jit import RATE
from arena_assets.store import results
from arena_assets_tests.arenas import Hall
from arena_assets_tests.outlines import LORE


def played_stems(path: Path) -> None:
    """Four seconds of a bass, a lead and drums, each in its own register."""
    rng = np.random.default_rng(4)
    hz = np.fft.rfftfreq(4 * RATE, 1 / RATE)
    with StemArchive(path) as archive:
        for name, centre in (("lead", 900.0), ("bass", 110.0), ("drums", 3000.0)):
            shape = np.exp(-0.5 * (np.log2(np.maximum(hz, 1) / centre) / 0.8) ** 2)
            turns = np.exp(2j * np.pi * rng.random((2, len(hz))))
            wave = np.fft.irfft(shape * turns).astype(np.float32)
            archive.add(name, wave * np.float32(0.1 / wave.std()))


def keep_track(hall: Hall, arena_id: int, folder: Path) -> None:
    """A made track with its stems and its sheet in the blobs."""
    roles = {name: Part(name) for name in ("lead", "bass", "drums")}
    sheet = MixSheet(
        kind=SequenceKind.HAZARD, seconds=4, loops=False, seed=1, tempo_bpm=120.0, facts={},
        parameters=role_mix(roles),
    )  # fmt: skip
    stems, mix = folder / "stems.zip", folder / "mix.json"
    played_stems(stems)
    mix.write_text(sheet.model_dump_json())
    blobs = hall.studio.blobs
    files = {
        "stems": blobs.put_file(stems, "application/zip", ".zip"),
        "mix": blobs.put_file(mix, "application/json", ".json"),
    }
    made = SlotManifest(
        slot=str(track_slot("hazard")), take=1, key="c" * 64, files=files, seconds=1.0,
        provenance=Provenance(
            recipe=MUSIC, version="2", provider="embedded", model="composer",
            inputs={"metadata": LORE}, params={},
        ),
    )  # fmt: skip
    results.keep(hall.studio.db, Slot(arena_id, track_slot("hazard")), made)

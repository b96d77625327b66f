"""One arena whose pictures and clips a real ComfyUI server makes, from request to pack.

The workflows need no weights: the scene's picture and depth are uploaded, blended and saved by
ComfyUI's own nodes, and clips are filmed over those pictures and written by its SaveVideo. All
else is the embedded studio's, at a small size.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import av
import pytest

from arena_assets.domain.slots import CLIPS, IMAGES
from arena_assets.domain.views import CLIP_FRAMES, VIEWS
from arena_assets.store import game, results
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.ledger_entries import totals
from arena_assets_tests.live import live_server
from arena_assets_tests.providers.comfyui.rigs import RealRig
from arena_assets_tests.providers.comfyui.weightless import write_all

_SETTINGS = {
    "MAKERS": "arena_assets.providers.embedded.makers:embedded_makers",
    "QUALITY": "draft",
    "COMFYUI_USD_PER_HOUR": "36",
    "PICTURES": "comfyui",
    "CLIPS": "comfyui",
    "COMFYUI_PICTURES": "guided",
    "COMFYUI_CLIPS": "panning",
    "IMAGE_WIDTH": "768",
    "IMAGE_HEIGHT": "432",
    "VIDEO_WIDTH": "640",
    "VIDEO_HEIGHT": "360",
}


@pytest.fixture
def real_server(tmp_path: Path) -> Iterator[RealRig]:
    folder = tmp_path / "comfyui"
    folder.mkdir()
    rig = RealRig(folder)
    rig.start()
    try:
        yield rig
    finally:
        rig.stop()


@pytest.mark.comfyui
def test_an_arena_with_pictures_and_clips_by_a_real_server(
    real_server: RealRig, tmp_path: Path
) -> None:
    workflows = tmp_path / "workflows"
    workflows.mkdir()
    write_all(workflows)
    given = {**_SETTINGS, "COMFYUI_URLS": real_server.url, "COMFYUI_TEMPLATES": str(workflows)}
    with live_server(tmp_path / "data", **given) as live:
        (arena_id,) = live.request(1)
        live.await_published([arena_id], seconds=540)
        manifests = results.for_arena(live.studio.db, arena_id)
        assert [str(slot) for slot, each in manifests.items() if not each.passed] == []
        for slot, each in manifests.items():
            services = slot.asset in (IMAGES, CLIPS)
            assert (each.provenance.provider == "comfyui") == services, slot
            assert slot.asset != IMAGES or each.measurements["workflow"] == "guided"
        assert sorted(path.suffix for path in real_server.outputs()) == (
            [".mp4"] * len(VIEWS) + [".png"] * len(VIEWS)
        )
        calls = list_calls(live.studio.db, arena_id=arena_id)
        assert [each.state for each in calls] == [CallState.DONE] * 2 * len(VIEWS)
        for slot, each in manifests.items():
            if slot.asset == CLIPS:
                clip = live.studio.blobs.path(each.files["mp4"])
                with av.open(str(clip)) as opened:
                    assert sum(1 for _ in opened.decode(video=0)) == CLIP_FRAMES
        (total,) = totals(live.studio.db, arena_id=arena_id)
        assert total.calls == 2 * len(VIEWS)
        assert total.reserved_usd == 0
        assert 0 < total.spent_usd == sum(Decimal(str(m.price_usd)) for m in manifests.values())
        assert game.publication(live.studio.db, arena_id) is not None

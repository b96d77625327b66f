"""One arena through Dagster, its pictures drawn and its clips filmed by a real ComfyUI server."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from arena_assets.domain.slots import CLIPS, IMAGES
from arena_assets.domain.views import VIEWS
from arena_assets.inspect.video_probe import probe_video
from arena_assets.settings import settings
from arena_assets.store import game, plans, results
from arena_assets.store.ledger_entries import totals
from arena_assets.store.plan_states import PlanState
from arena_assets.workshop.studio import Studio
from arena_assets_tests.arenas import open_hall
from arena_assets_tests.providers.comfyui.rigs import RealRig
from arena_assets_tests.providers.comfyui.weightless import write_all

_GIVEN = {
    "PICTURES": "comfyui",
    "CLIPS": "comfyui",
    "COMFYUI_PICTURES": "guided",
    "COMFYUI_CLIPS": "panning",
    "COMFYUI_USD_PER_HOUR": "36",
    "IMAGE_WIDTH": "448",
    "IMAGE_HEIGHT": "256",
    "VIDEO_WIDTH": "320",
    "VIDEO_HEIGHT": "180",
    "QUALITY": "draft",
}


@pytest.mark.comfyui
def test_an_arena_by_a_real_server(
    real_server: RealRig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nodes without weights stand in for models; the embedded stage guides the pictures. Music,
    edits and finals are stand-ins."""
    monkeypatch.chdir(tmp_path)
    workflows = tmp_path / "workflows"
    workflows.mkdir()
    write_all(workflows)
    more = {"COMFYUI_URLS": real_server.url, "COMFYUI_TEMPLATES": str(workflows)}
    for name, value in {**_GIVEN, **more}.items():
        monkeypatch.setenv(f"ARENA_{name}", value)
    before = len(real_server.outputs())
    hall = open_hall(tmp_path / "data", monkeypatch)
    hall.studio.close()
    monkeypatch.setenv("ARENA_MAKERS", "arena_assets_tests.staged:makers")
    settings.cache_clear()
    hall.studio = Studio.open(settings())
    try:
        (arena_id,) = hall.request()
        hall.run(arena_id)
        db = hall.studio.db
        assert plans.get_plan(db, arena_id).state is PlanState.PUBLISHED
        assert game.publication(db, arena_id) is not None
        manifests = results.for_arena(db, arena_id)
        drawn = {slot: each for slot, each in manifests.items() if slot.asset == IMAGES}
        filmed = {slot: each for slot, each in manifests.items() if slot.asset == CLIPS}
        assert len(drawn) == len(filmed) == len(VIEWS)
        assert len({each.file("picture").sha256 for each in drawn.values()}) == len(VIEWS)
        assert {each.measurements["workflow"] for each in drawn.values()} == {"guided"}
        for each in filmed.values():
            footage = probe_video(hall.studio.blobs.path(each.file("footage")))
            assert (footage.width, footage.height, footage.frames) == (320, 192, 84)
            clip = probe_video(hall.studio.blobs.path(each.file("mp4")))
            assert (clip.width, clip.height) == (320, 180)
        assert [slot for slot, each in manifests.items() if not each.passed] == []
        assert len(real_server.outputs()) - before == 2 * len(VIEWS)
        (total,) = totals(db, arena_id=arena_id)
        assert (total.service, total.calls) == ("comfyui", 2 * len(VIEWS))
        assert total.spent_usd > 0 == total.reserved_usd
        cost = sum(Decimal(str(each.price_usd)) for each in manifests.values())
        assert cost == total.spent_usd
    finally:
        hall.studio.close()
        hall.instance.dispose()
        settings.cache_clear()

"""One real arena from request to pack, by the embedded studio on a real server, small and quick."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from arena_assets.domain.slots import Slot, pack_slot
from arena_assets.store import game, results
from arena_assets_tests.live import live_server

EMBEDDED = "arena_assets.providers.embedded.makers:embedded_makers"


@pytest.mark.heavy
@pytest.mark.xdist_group("live")
def test_a_request_becomes_a_complete_published_arena(tmp_path: Path) -> None:
    small = {
        "MAKERS": EMBEDDED,
        "QUALITY": "draft",
        "IMAGE_WIDTH": "640",
        "IMAGE_HEIGHT": "368",
        "VIDEO_WIDTH": "480",
        "VIDEO_HEIGHT": "270",
    }
    with live_server(tmp_path / "data", **small) as live:
        (arena_id,) = live.request(theme="mystical_forest", brief="a stone bridge and lanterns")
        live.await_published([arena_id], seconds=900)
        manifests = results.for_arena(live.studio.db, arena_id)
        assert len(manifests) == 43
        assert [str(slot) for slot, manifest in manifests.items() if not manifest.passed] == []
        assert all(not manifest.provenance.fallback for manifest in manifests.values())

        publication = game.publication(live.studio.db, arena_id)
        assert publication is not None
        folder = live.settings.published_dir / publication.root
        listed = json.loads((folder / "manifest.json").read_text())["files"]
        kinds = Counter((Path(f["path"]).parts[0], Path(f["path"]).suffix) for f in listed)
        assert kinds["images", ".png"] == 12
        assert kinds["clips", ".mp4"] == 12
        assert kinds["sequences", ".mp4"] == 5
        assert kinds["music", ".ogg"] == kinds["music", ".mp3"] == 5
        assert kinds["videos", ".mp4"] == kinds["videos", ".ogv"] == 5

        row = game.game_arena(live.studio.db, arena_id)
        clips = game.game_clips(live.studio.db, arena_id)
        assert row is not None
        assert (live.settings.published_dir / row.background_music).is_file()
        lengths = {clip.clip_type: clip.duration_seconds for clip in clips}
        assert lengths["ambient"] == pytest.approx(60)
        assert lengths["hazard_trigger"] == pytest.approx(8)

        pack = results.latest(live.studio.db, Slot(arena_id, pack_slot()))
        assert pack is not None
        with zipfile.ZipFile(live.studio.blobs.path(pack.file("zip"))) as archive:
            assert archive.testzip() is None
            names = archive.namelist()
        assert any(name.endswith("arena_background.ogv") for name in names)
        assert any(name.endswith("arena.glb") for name in names)
        assert "web/index.html" in names
        assert not list(live.settings.work_dir.iterdir())

"""Three arenas through Claude, ComfyUI and ElevenLabs, made by a real server: what they cost.

Nothing is a stand-in: the embedded studio builds the stage that guides the pictures, cuts the
clips to edits and films; the doubles answer with real pictures, videos and sound, and every check
judges what came of them.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.slots import CLIPS, IMAGES, METADATA, MUSIC
from arena_assets.domain.views import VIEWS
from arena_assets.inspect.sound_files import FORMS, MASTER
from arena_assets.store import game, results
from arena_assets.store.budgets import Scope, get_budgets
from arena_assets.store.calls import CallState, list_calls
from arena_assets.store.ledger_entries import totals
from arena_assets_tests.live import live_server
from arena_assets_tests.services.canaries import found_below
from arena_assets_tests.services.town import open_town

_SERVICES = ("LORE=claude", "PICTURES=comfyui", "CLIPS=comfyui", "MUSIC=elevenlabs")
_SMALL = {
    "MAKERS": "arena_assets.providers.embedded.makers:embedded_makers",
    "COMFYUI_PICTURES": "guided",
    "COMFYUI_CLIPS": "panning",
    "IMAGE_WIDTH": "768",
    "IMAGE_HEIGHT": "432",
    "VIDEO_WIDTH": "640",
    "VIDEO_HEIGHT": "360",
}
_ARENAS = 3
_MINUTE = Decimal("0.69")
_MADE_BY = {METADATA: "claude", IMAGES: "comfyui", CLIPS: "comfyui", MUSIC: "elevenlabs"}


@pytest.mark.heavy
@pytest.mark.xdist_group("live")
def test_three_arenas_by_all_three_services(tmp_path: Path) -> None:
    with open_town(tmp_path / "town") as town:
        given = town.settings(*_SERVICES, **_SMALL)
        with live_server(tmp_path / "data", **given) as live:
            arenas = live.request(_ARENAS)
            live.await_published(arenas, seconds=2400)
            db = live.studio.db
            assert town.claude.submitted == _ARENAS
            assert town.eleven.submitted == _ARENAS * len(SEQUENCES)
            assert town.eleven.most_at_once <= live.settings.elevenlabs_at_once
            assert (town.pictures, town.clips) == (_ARENAS * len(VIEWS), _ARENAS * len(VIEWS))
            whole = Decimal(0)
            for arena_id in arenas:
                manifests = results.for_arena(db, arena_id)
                assert [str(slot) for slot, each in manifests.items() if not each.passed] == []
                for slot, each in manifests.items():
                    assert not each.provenance.fallback, slot
                    if slot.asset in _MADE_BY:
                        assert each.provenance.provider == _MADE_BY[slot.asset], slot
                    assert slot.asset != IMAGES or each.measurements["workflow"] == "guided"
                    if slot.asset == MUSIC:
                        assert {MASTER, *FORMS} <= each.files.keys()
                spent = {each.service: each.spent_usd for each in totals(db, arena_id=arena_id)}
                assert spent.keys() == {"claude", "comfyui", "elevenlabs"}
                assert all(spent.values())
                by_provider = dict.fromkeys(spent, Decimal(0))
                for each in manifests.values():
                    if each.price_usd:
                        by_provider[each.provenance.provider] += Decimal(str(each.price_usd))
                assert by_provider == spent
                assert spent["elevenlabs"] == pytest.approx(129 * _MINUTE / 60, abs=Decimal("0.01"))
                calls = list_calls(db, arena_id=arena_id)
                assert {each.state for each in calls} == {CallState.DONE}
                assert len(calls) == 1 + 2 * len(VIEWS) + len(SEQUENCES)
                assert game.publication(db, arena_id) is not None
                whole += sum(spent.values())
            project = next(
                each for each in get_budgets(db, project="live") if each.scope is Scope.PROJECT
            )
            assert (project.spent_usd, project.reserved_usd) == (whole, Decimal(0))
        searched, found = found_below(tmp_path / "data")
        assert searched > 500  # files, of which packs are opened
        assert found == []

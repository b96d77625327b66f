"""Three arenas through Claude, ComfyUI and ElevenLabs, made by a real server: what they cost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.views import VIEWS
from arena_assets.store import game, results
from arena_assets.store.budgets import Scope, get_budgets
from arena_assets.store.ledger_entries import totals
from arena_assets_tests.live import live_server
from arena_assets_tests.services.canaries import found_below
from arena_assets_tests.services.town import open_town

_SERVICES = ("LORE=claude", "PICTURES=comfyui", "CLIPS=comfyui", "MUSIC=elevenlabs")
_SMALL = {
    "COMFYUI_PICTURES": "plain",
    "IMAGE_WIDTH": "512",
    "IMAGE_HEIGHT": "288",
    "VIDEO_WIDTH": "320",
    "VIDEO_HEIGHT": "180",
    "COMFYUI_VALUES": "wan_clip.width=480, wan_clip.height=256",
}
_ARENAS = 3
_MINUTE = Decimal("0.69")


@pytest.mark.heavy
@pytest.mark.xdist_group("live")
def test_three_arenas_by_all_three_services(tmp_path: Path) -> None:
    """Stand-ins do what no service does. The pictures' workflow is the double's own, as the
    packaged ones draw 512 pixels or more."""
    with open_town(tmp_path / "town") as town:
        given = town.settings(*_SERVICES, **_SMALL)
        with live_server(tmp_path / "data", **given) as live:
            arenas = live.request(_ARENAS)
            live.await_published(arenas, seconds=1500)
            db = live.studio.db
            assert town.claude.submitted == _ARENAS
            assert town.eleven.submitted == _ARENAS * len(SEQUENCES)
            assert town.eleven.most_at_once <= live.settings.elevenlabs_at_once
            assert (town.pictures, town.clips) == (_ARENAS * len(VIEWS), _ARENAS * len(VIEWS))
            whole = Decimal(0)
            for arena_id in arenas:
                manifests = results.for_arena(db, arena_id)
                assert [str(slot) for slot, each in manifests.items() if not each.passed] == []
                spent = {each.service: each.spent_usd for each in totals(db, arena_id=arena_id)}
                assert spent.keys() == {"claude", "comfyui", "elevenlabs"}
                assert all(spent.values())
                by_provider = dict.fromkeys(spent, Decimal(0))
                for each in manifests.values():
                    if each.price_usd:
                        by_provider[each.provenance.provider] += Decimal(str(each.price_usd))
                assert by_provider == spent
                assert spent["elevenlabs"] == pytest.approx(129 * _MINUTE / 60, abs=Decimal("0.01"))
                pictures = {
                    each.measurements["workflow"]
                    for slot, each in manifests.items()
                    if slot.asset == "image_set"
                }
                assert pictures == {"plain"}
                assert game.publication(db, arena_id) is not None
                whole += sum(spent.values())
            project = next(
                each for each in get_budgets(db, project="live") if each.scope is Scope.PROJECT
            )
            assert (project.spent_usd, project.reserved_usd) == (whole, Decimal(0))
        searched, found = found_below(tmp_path / "data")
        assert searched > 500  # files, of which packs are opened
        assert found == []

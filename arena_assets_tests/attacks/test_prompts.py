"""Texts that would talk a model or a tool over: held to schema and length, kept as text."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.palette import pair_at
from arena_assets.domain.prompts import music_prompt, picture_prompt
from arena_assets.domain.request import BRIEF_MAX, parse_request
from arena_assets.domain.sequences import SEQUENCES
from arena_assets.domain.style import WISH_MAX, parse_style, parse_wish
from arena_assets.domain.views import VIEWS
from arena_assets.errors import ArenaError, UsageFault
from arena_assets.providers.base import Outline
from arena_assets.providers.embedded.lore import write_metadata
from arena_assets.store.database import Database
from arena_assets.store.requests import get_request, list_projects, place_request
from arena_assets_tests.attacks.payloads import TALK, marked
from arena_assets_tests.attacks.watching import strayed, watched
from arena_assets_tests.counting import Counted
from arena_assets_tests.doubles.claude import changed
from arena_assets_tests.providers.claude.conftest import Desk, desk, double

__all__ = ["desk", "double"]
TEXTS = tuple(marked(text, number) for number, text in enumerate(TALK))


def _bodies(desk: Desk) -> list[dict[str, Any]]:
    return [asked.body for asked in desk.double.asked if asked.path == "/v1/messages"]


def test_a_brief_reaches_claude_as_data_and_the_schema_stays(desk: Desk, counted: Counted) -> None:
    """System, schema and tools are the same bytes whatever the brief says."""
    frames = set()
    for number, (text, mark) in enumerate(TEXTS):
        brief = parse_request(project="hall", brief=text).brief
        desk.run(desk.recipe(Outline(number + 1, pair_at(number % 60), brief)))
        body = _bodies(desk)[-1]
        assert "tools" not in body
        assert "mcp_servers" not in body
        assert [each["role"] for each in body["messages"]] == ["user"]
        constant = {name: value for name, value in body.items() if name != "messages"}
        frames.add(json.dumps(constant, sort_keys=True))
        assert mark not in json.dumps(constant)
        assert json.dumps(body["messages"]).count(mark) <= 1
    assert len(frames) == 1
    counted("hostile briefs sent to Claude as data", len(TEXTS))


def _spoil(lore: dict[str, Any], text: str, how: int) -> dict[str, Any]:
    spoiled: dict[str, Any] = json.loads(json.dumps(lore))
    if how == 0:
        spoiled["admin"] = text
    elif how == 1:
        spoiled["hazard"]["trigger"] = text
    elif how == 2:
        spoiled["difficulty_rating"] = text
    elif how == 3:
        spoiled["story_text"] = text * 400
    else:
        spoiled["environment_description"] = [text]
    return spoiled


@pytest.mark.parametrize("how", range(5))
def test_an_answer_outside_of_the_schema_is_no_lore(desk: Desk, how: int, counted: Counted) -> None:
    for number, (text, _mark) in enumerate(TEXTS[how::5]):
        hostile = changed(partial(_spoil, text=text, how=how))
        desk.double.next(hostile, hostile)
        with pytest.raises(ArenaError):
            desk.run(desk.recipe(Outline(number + 1, pair_at(number), "")))
    counted("hostile answers of a model refused by the schema", len(TEXTS[how::5]))


def test_a_hostile_answer_within_the_schema_stays_text(counted: Counted, tmp_path: Path) -> None:
    """In prompts creatures' words are cut out, lengths are capped, and no file is touched."""
    base = write_metadata(pair_at(5), "", 7, ()).model_dump(mode="json")
    with watched() as touched:
        for text, _mark in TEXTS:
            scenery = f"A hall of pale stone. {text}."
            lore = ArenaMetadata.model_validate({**base, "environment_description": scenery})
            for view in VIEWS:
                prompt = picture_prompt(lore, view)
                assert len(prompt) < 2_000
            for track in SEQUENCES:
                assert text not in music_prompt(lore.theme, lore.mana_color, track)
    assert strayed(touched, tmp_path) == []
    counted("hostile answers of a model kept as text", len(TEXTS))


def test_the_embedded_writer_repeats_nothing_of_a_brief(counted: Counted) -> None:
    for number, (text, mark) in enumerate(TEXTS):
        written = write_metadata(pair_at(number % 60), text, number, ()).model_dump_json()
        assert mark not in written
        assert "<" not in written
        assert "passwd" not in written
    counted("hostile briefs read by the embedded writer", len(TEXTS))


def test_texts_are_rows_never_statements(db: Database, counted: Counted) -> None:
    before = _tables(db)
    for text, _mark in TEXTS:
        placed = place_request(db, parse_request(project="hall", brief=text, count=1))
        assert get_request(db, placed.request_id).spec.brief == text.strip()
    assert _tables(db) == before
    assert list_projects(db) == ["hall"]
    counted("hostile briefs stored as text", len(TEXTS))


def _tables(db: Database) -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_lengths_and_kinds_are_strict(counted: Counted) -> None:
    for text, _mark in TEXTS:
        for field in ("theme", "mana_color", "project", "count", "priority", "cap_usd"):
            with pytest.raises(UsageFault):
                parse_request(**{"project": "hall", field: text})
        with pytest.raises(UsageFault):
            parse_request(project="hall", brief=text + "x" * BRIEF_MAX)
        with pytest.raises(UsageFault):
            parse_wish(text + " x" * WISH_MAX)
        with pytest.raises(UsageFault):
            parse_style({"palette": [text + "x" * 60]})
        with pytest.raises(UsageFault):
            parse_style({text: ["gold"]})
        _plain_or_refused(text)
    counted("hostile themes, wishes and styles held to kind and length", len(TEXTS))


def _plain_or_refused(text: str) -> None:
    try:
        wish = parse_wish(text)
    except UsageFault:
        return
    assert re.search(r"[<>{}\x00-\x1f\u202a-\u202e\u200b]", wish) is None
    assert Decimal(len(wish)) <= WISH_MAX

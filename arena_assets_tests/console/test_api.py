"""The API: rights, projects apart, one act per idempotency key, what is approved stays."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena_assets.actions.quotes import usd_data
from arena_assets.console.desk import Desk
from arena_assets.domain.request import parse_request
from arena_assets.domain.roles import Role, Scope
from arena_assets.domain.slots import MADE
from arena_assets.ledger.quoting import Counter
from arena_assets.store.drafts import draft_of
from arena_assets.store.plans import list_plans
from arena_assets_tests.arenas import Hall
from arena_assets_tests.console.api import Door, open_door

V1 = "/api/v1"


@pytest.fixture
def door(hall: Hall) -> Iterator[Door]:
    with open_door(hall) as opened:
        yield opened


def test_a_hundred_double_submits_place_one_request_and_hear_one_answer(door: Door) -> None:
    headers = {**door.token(), "Idempotency-Key": "one"}
    line = Barrier(20)

    def submit(number: int) -> tuple[int, str]:
        if number < 20:
            line.wait()
        answer = door.client.post(
            f"{V1}/requests", json={"project": "hall", "count": 2}, headers=headers
        )
        return answer.status_code, answer.text

    with ThreadPoolExecutor(20) as pool:
        answers = set(pool.map(submit, range(100)))
    assert len(answers) == 1
    assert next(iter(answers))[0] == 201
    assert len(list_plans(door.hall.studio.db)) == 2
    other = door.client.post(
        f"{V1}/requests", json={"project": "hall", "count": 3}, headers=headers
    )
    assert other.status_code == 409
    assert other.headers["content-type"] == "application/problem+json"
    assert other.json()["next_step"] == "Use a new key for a new act"


def test_a_failed_act_frees_its_key(door: Door) -> None:
    headers = {**door.token(), "Idempotency-Key": "again"}
    bad = {"project": "Not A Slug", "count": 1}
    assert door.client.post(f"{V1}/requests", json=bad, headers=headers).status_code == 422
    good = {"project": "hall", "count": 1}
    assert door.client.post(f"{V1}/requests", json=good, headers=headers).status_code == 201


def test_economy_is_quoted_and_asked_for_at_the_price_of_batches(door: Door) -> None:
    here: Desk = door.app.state.desk
    settings = here.settings.model_copy(update={"lore": "claude"})
    door.app.state.desk = replace(here, settings=settings)
    me, asked = door.token(), {"project": "hall", "count": 4}
    plain = door.client.post(f"{V1}/quotes", json=asked, headers=me).json()
    economy = {**asked, "economy": True}
    quoted = door.client.post(f"{V1}/quotes", json=economy, headers=me).json()
    wanted = Counter.open(settings, here.db).quote(parse_request(**economy))
    assert quoted["usd"] == usd_data(wanted.usd)
    assert float(quoted["usd"]["expected"]) < float(plain["usd"]["expected"])
    other = {**asked, "quote": quoted["token"]}
    assert door.client.post(f"{V1}/requests", json=other, headers=me).status_code == 409
    order = {**economy, "quote": quoted["token"]}
    placed = door.client.post(f"{V1}/requests", json=order, headers=me).json()
    told = door.client.get(f"{V1}/requests/{placed['request_id']}", headers=me).json()
    assert told["economy"] is True
    drafts = [draft_of(here.db, number) for number in range(1, 5)]
    assert [each is not None for each in drafts] == [True] * 4


def test_economy_without_claude_is_refused_with_what_to_do(door: Door) -> None:
    asked = {"project": "hall", "economy": True}
    refused = door.client.post(f"{V1}/quotes", json=asked, headers=door.token())
    assert refused.status_code == 422
    assert refused.json()["next_step"] == "Leave out --economy, or set ARENA_LORE=claude"


OF_AN_ARENA = [
    ("GET", ""),
    ("GET", "/progress"),
    ("GET", "/slots"),
    ("GET", "/takes?slot=image_set/view_01"),
    ("GET", "/decisions"),
    ("GET", "/pack"),
    ("GET", "/pair?slot=image_set/view_01&take=1&take=2"),
    ("GET", "/events"),
    ("GET", "/mixes?track=main"),
    ("GET", "/mixes/parameters?track=main"),
    ("GET", "/mixes/pair?track=main"),
    ("GET", f"/mixes/sides/{'0' * 32}?track=main"),
    ("POST", "/mixes"),
    ("POST", "/mixes/preview"),
    ("POST", "/mixes/votes"),
    ("POST", "/resume"),
    ("POST", "/cancel"),
    ("POST", "/publish"),
    ("POST", "/unpublish"),
    ("POST", "/approvals"),
    ("POST", "/decisions"),
    ("POST", "/redo"),
    ("POST", "/redo/preview"),
    ("POST", "/pair"),
]
BODIES = {
    "/decisions": {"slot": "image_set/view_01", "verdict": "approve"},
    "/redo": {"slots": ["image_set/view_01"]},
    "/redo/preview": {"slots": ["image_set/view_01"]},
    "/mixes": {"track": "main", "preset": "war"},
    "/mixes/preview": {"track": "main", "preset": "war"},
    "/mixes/votes": {"track": "main", "better": "0" * 32},
    "/pair": {"slot": "image_set/view_01", "takes": [1, 2], "which": "a"},
}


def test_an_arena_of_another_project_is_as_good_as_none(door: Door, finished: int) -> None:
    stranger = door.token(projects=["elsewhere"])
    for method, path in OF_AN_ARENA:
        answers = [
            door.client.request(
                method,
                f"{V1}/arenas/{arena}{path}",
                json=BODIES.get(path) if method == "POST" else None,
                headers=stranger,
            )
            for arena in (finished, 999)
        ]
        assert [each.status_code for each in answers] == [404, 404], path
        told = [each.json()["detail"].replace("arena-000001", "arena-000999") for each in answers]
        assert told[0] == told[1]


def test_lists_and_money_of_other_projects_are_not_seen(door: Door, finished: int) -> None:
    assert finished
    stranger = door.token(projects=["elsewhere"])
    get = door.client.get
    assert get(f"{V1}/arenas", headers=stranger).json() == {"arenas": [], "next": None}
    assert get(f"{V1}/requests", headers=stranger).json() == {"requests": [], "next": None}
    assert get(f"{V1}/projects", headers=stranger).json() == []
    assert get(f"{V1}/requests/1", headers=stranger).status_code == 404
    assert get(f"{V1}/projects/hall", headers=stranger).status_code == 404
    assert get(f"{V1}/projects/hall/webhooks", headers=stranger).status_code == 404
    assert get(f"{V1}/ledger?project=hall", headers=stranger).status_code == 404
    assert get(f"{V1}/calls", headers=stranger).status_code == 403
    placed = door.client.post(f"{V1}/requests", json={"project": "hall"}, headers=stranger)
    assert placed.status_code == 404


def test_what_may_cost_money_needs_the_right_to_spend(door: Door, finished: int) -> None:
    frugal = door.token(scopes=Role.ADMIN.scopes - {Scope.SPEND})
    for path, body in (
        ("/requests", {"project": "hall"}),
        (f"/arenas/{finished}/redo", {"slots": ["image_set/view_01"]}),
        (f"/arenas/{finished}/resume", None),
        ("/projects/hall/style/apply", {}),
        ("/projects/hall/prompt-help", {"text": "a cave", "by": "claude"}),
    ):
        answer = door.client.post(f"{V1}{path}", json=body, headers=frugal)
        assert answer.status_code == 403, path
    preview = f"{V1}/arenas/{finished}/redo/preview"
    shown = door.client.post(preview, json={"slots": ["image_set/view_01"]}, headers=frugal)
    assert shown.status_code == 200


def test_a_viewer_decides_nothing_and_a_stranger_sees_nothing(door: Door, finished: int) -> None:
    viewer = door.token(Role.VIEWER)
    url = f"{V1}/arenas/{finished}/decisions"
    body = {"slot": "image_set/view_01", "verdict": "approve"}
    assert door.client.post(url, json=body, headers=viewer).status_code == 403
    nobody = door.client.get(f"{V1}/arenas")
    assert nobody.status_code == 401
    assert nobody.headers["content-type"] == "application/problem+json"


def test_a_redo_shows_its_list_and_is_refused_over_what_is_approved(
    door: Door, finished: int
) -> None:
    me, url = door.token(), f"{V1}/arenas/{finished}"
    approved = {"slot": "clips/clip_03", "verdict": "approve"}
    assert door.client.post(f"{url}/decisions", json=approved, headers=me).status_code == 200
    asked = {"slots": ["image_set/view_03"]}
    preview = door.client.post(f"{url}/redo/preview", json=asked, headers=me).json()
    assert preview["approved_in_the_way"] == ["clips/clip_03"]
    assert preview["usd"] == {"low": "0.00", "expected": "0.00", "high": "0.00"}
    assert preview["rebuilt"][:2] == ["image_set/view_03", "clips/clip_03"]
    refused = door.client.post(f"{url}/redo", json=asked, headers=me)
    assert refused.status_code == 409
    assert "clips/clip_03" in refused.json()["detail"]
    key = {**me, "Idempotency-Key": "redo once"}
    done = [
        door.client.post(f"{url}/redo", json={**asked, "unpin": True}, headers=key)
        for _ in range(3)
    ]
    assert [each.json()["takes"] for each in done] == [{"image_set/view_03": 2}] * 3
    assert [each.headers.get("Idempotent-Replayed") for each in done] == [None, "true", "true"]


def test_slots_takes_and_decisions_are_told(door: Door, finished: int) -> None:
    me, url = door.token(), f"{V1}/arenas/{finished}"
    outcomes = door.client.post(f"{url}/approvals", headers=me).json()
    assert [each["refused"] for each in outcomes] == [None] * len(MADE)
    slots = {each["slot"]: each for each in door.client.get(f"{url}/slots", headers=me).json()}
    assert slots["image_set/view_01"]["approved"] is True
    assert slots["image_set/view_01"]["decision"]["who"] == "person 1"
    assert slots["engine_pack"]["approved"] is False
    takes = door.client.get(f"{url}/takes?slot=image_set/view_01", headers=me).json()
    assert [(each["take"], each["current"]) for each in takes] == [(1, True)]
    told = door.client.get(f"{url}/progress", headers=me).json()
    assert told["finished"] is True
    assert told["slots_done"] == 43


def test_the_pack_comes_in_ranges(door: Door, finished: int) -> None:
    me, url = door.token(), f"{V1}/arenas/{finished}/pack"
    whole = door.client.get(url, headers=me)
    assert whole.content[:2] == b"PK"
    part = door.client.get(url, headers={**me, "Range": "bytes=2-9"})
    assert part.status_code == 206
    assert part.content == whole.content[2:10]


def test_a_style_shows_what_it_makes_stale_and_help_shows_a_diff(door: Door, finished: int) -> None:
    assert finished
    me, url = door.token(), f"{V1}/projects/hall"
    style = {"mood": ["calm"], "materials": ["bronze"], "negative": ["neon"]}
    assert door.client.put(f"{url}/style", json=style, headers=me).json()["version"] == 1
    assert door.client.put(f"{url}/style", json=style, headers=me).json()["version"] == 1
    wrong = door.client.put(f"{url}/style", json={"palette": ["<b>"]}, headers=me)
    assert wrong.status_code == 422
    effect = door.client.post(f"{url}/style/effect", json=style, headers=me).json()
    assert effect["untouched"] + len(effect["arenas"]) == 1
    text = "A quiet cave. A dragon sleeps there."
    helped = door.client.post(f"{url}/prompt-help", json={"text": text}, headers=me).json()
    assert "dragon" not in helped["suggestion"]
    assert "bronze" in helped["suggestion"]
    gone = " ".join(each["words"] for each in helped["diff"] if each["kind"] == "gone")
    assert "dragon" in gone


def test_a_reference_picture_keeps_its_pixels_alone(door: Door) -> None:
    me, url = door.token(), f"{V1}/projects/hall"
    door.client.post(f"{V1}/projects", json={"project": "hall"}, headers=me)
    drawn = io.BytesIO()
    Image.new("RGB", (2000, 500), "teal").save(drawn, "PNG", pnginfo=_secret_text())
    sent = {"picture": ("../../evil.png", drawn.getvalue(), "image/png")}
    ref = door.client.post(f"{url}/references", files=sent, headers=me).json()
    where = f"{url}/references/{ref['sha256']}"
    assert door.client.get(where, headers=me).status_code == 404, "no style names it yet"
    door.client.put(f"{url}/style", json={"references": [ref]}, headers=me)
    kept = door.client.get(where, headers=me)
    assert b"secret" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (1600, 400))
    for bad in (b"<svg onload='x'/>", b"GIF89a", b"", drawn.getvalue()[:60]):
        refused = door.client.post(
            f"{url}/references", files={"picture": ("a.png", bad)}, headers=me
        )
        assert refused.status_code == 422
    forged = {**ref, "sha256": "0" * 64}
    missing = door.client.put(f"{url}/style", json={"references": [forged]}, headers=me)
    assert missing.json()["code"] == "usage"
    typed = {**ref, "media_type": "text/html"}
    as_page = door.client.put(f"{url}/style", json={"references": [typed]}, headers=me)
    assert as_page.status_code == 422


def _secret_text() -> PngInfo:
    told = PngInfo()
    told.add_text("comment", "secret")
    return told


def test_arenas_come_in_pages(door: Door) -> None:
    me = door.token()
    door.client.post(f"{V1}/requests", json={"project": "hall", "count": 5}, headers=me)
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = door.client.get(f"{V1}/arenas?limit=2{cursor}", headers=me).json()
        seen += [each["arena_id"] for each in page["arenas"]]
        cursor = f"&cursor={page['next']}" if page["next"] else None
    assert seen == [1, 2, 3, 4, 5]

"""Quotes of an installation: its history, its key, and the caps a request is held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import JsonValue

from arena_assets.domain.calls import Answer, Call
from arena_assets.domain.prices import PriceTable
from arena_assets.domain.quote import Quote
from arena_assets.domain.services import Services
from arena_assets.domain.slots import IMAGES, MUSIC
from arena_assets.domain.usage import Span
from arena_assets.errors import EnvironmentFault, Refused, UsageFault
from arena_assets.ledger import quoting
from arena_assets.ledger.answers import Whole
from arena_assets.ledger.call_journal import CallJournal
from arena_assets.ledger.quoting import KEY_FILE, Counter, place_quoted, services_of, signing_key
from arena_assets.providers.comfyui.commission import _cost
from arena_assets.providers.comfyui.options import ComfyOptions
from arena_assets.settings import Settings
from arena_assets.store import events
from arena_assets.store.base import utc_now
from arena_assets.store.budgets import Scope, set_budget
from arena_assets.store.calls import Purpose
from arena_assets.store.database import Database
from arena_assets.store.history import GPU_SECONDS
from arena_assets.store.plans import list_plans
from arena_assets.store.requests import get_request, list_projects
from arena_assets_tests.racing import race
from arena_assets_tests.store.samples import spec, view

SERVICES = Services(lore="claude", music="elevenlabs")

Choose = Callable[[Services], None]


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Choose:
    """Chooses services, as the settings would."""

    def chosen(services: Services) -> None:
        monkeypatch.setattr(quoting, "services_of", lambda _: services)

    chosen(SERVICES)
    return chosen


@pytest.fixture
def counter(settings_env: Settings, db: Database, choose: Choose) -> Counter:
    return Counter.open(settings_env, db)


def seconds_of(found: Quote, asset: str) -> Span:
    return next(each.seconds for each in found.stages if each.asset == asset)


def _gpu_job(db: Database, seconds: float) -> None:
    """A picture that a GPU drew in so long."""
    journal = CallJournal(db)
    call = Call("comfyui", "http://gpu", "/prompt", {"n": 1}, 1)
    row = journal.sent(journal.begin(call, Purpose("cards", 1, 1, "image_set/view_01")).row)
    answer = Whole(Path("x"), 200, {GPU_SECONDS: f"{seconds:.3f}"}, 1, "0" * 64)
    journal.done(row, answer, Decimal(0), None)


def later(monkeypatch: pytest.MonkeyPatch, **after: float) -> None:
    now = utc_now()
    monkeypatch.setattr(quoting, "utc_now", lambda: now + timedelta(**after))


def test_minutes_come_from_the_work_that_was_done_here(
    settings_env: Settings, db: Database
) -> None:
    before = Counter.open(settings_env, db).quote(spec())
    assert not any(each.measured for each in before.stages)
    for seconds in (2.0, 2.0, 2.0):
        data: dict[str, JsonValue] = {"seconds": seconds, "provider": "embedded"}
        events.append(db, "slot_done", slot=view(1), data=data)
    found = Counter.open(settings_env, db).quote(spec())
    assert seconds_of(found, IMAGES) == Span(24, 24, 24)
    assert [each.asset for each in found.stages if each.measured] == [IMAGES]


def test_a_gpu_is_timed_by_its_own_clock_and_not_by_the_wait_in_its_queue(
    settings_env: Settings, db: Database, choose: Choose
) -> None:
    choose(Services(pictures="comfyui"))
    data: dict[str, JsonValue] = {"seconds": 60.0, "provider": "comfyui"}
    events.append(db, "slot_done", slot=view(1), data=data)
    _gpu_job(db, 6)
    found = Counter.open(settings_env, db).quote(spec())
    assert seconds_of(found, IMAGES).expected == 12 * 6


def test_the_clock_is_read_under_the_name_by_which_jobs_are_charged(tmp_path: Path) -> None:
    """The header's name is the client's, which the store repeats."""
    answer = Answer(200, {GPU_SECONDS: "1800"}, tmp_path / "x", replayed=False)
    assert _cost(answer, ComfyOptions((), usd_per_hour=Decimal(3))) == Decimal("1.5")


def test_a_token_holds_for_its_request_and_ends(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = spec(3)
    terms, token = counter.promise(wanted, counter.quote(wanted))
    assert counter.honour(token, wanted) == terms
    assert terms.usd == counter.quote(wanted).usd
    later(monkeypatch, minutes=59)
    assert counter.honour(token, wanted) == terms
    later(monkeypatch, minutes=61)
    with pytest.raises(Refused, match="expired"):
        counter.honour(token, wanted)


def test_a_token_ends_when_prices_or_services_change(counter: Counter) -> None:
    wanted = spec(3)
    token = counter.promise(wanted, counter.quote(wanted))[1]
    prices = counter.tariff.prices
    dearer = PriceTable(
        prices.tokens,
        tuple(replace(rate, usd=rate.usd + Decimal("0.01")) for rate in prices.rates),
    )
    changed = replace(counter, tariff=replace(counter.tariff, prices=dearer))
    with pytest.raises(Refused, match="Prices have changed"):
        changed.honour(token, wanted)
    other = replace(SERVICES, claude_model="claude-opus-5-5")
    changed = replace(counter, tariff=replace(counter.tariff, services=other))
    with pytest.raises(Refused, match="choice of services"):
        changed.honour(token, wanted)


def test_a_request_over_its_cap_is_refused_before_anything_is_written(
    settings_env: Settings, db: Database, counter: Counter
) -> None:
    wanted = spec(10, cap_usd=Decimal("10"))
    with pytest.raises(Refused) as refused:
        place_quoted(settings_env, db, wanted)
    assert "At about $1.51 an arena, $10.00 pays for 6" in str(refused.value)
    assert "Ask with --count 6, or give a higher --cap; all 10 need about $15.06" in str(
        refused.value
    )
    assert (list_projects(db), list_plans(db), events.since(db, 0)) == ([], [], [])
    # What the sentence says is true: 6 fit and 7 do not.
    with pytest.raises(Refused):
        place_quoted(settings_env, db, wanted.model_copy(update={"count": 7}))
    placed, _ = place_quoted(settings_env, db, wanted.model_copy(update={"count": 6}))
    assert get_request(db, placed.request_id).spec.cap_usd == Decimal("10")


@pytest.mark.parametrize(
    ("scope", "subject", "says"),
    [
        (Scope.PROJECT, "cards", "arena budget --project cards --total USD"),
        (Scope.PROJECT_MONTH, "cards", "arena budget --project cards --monthly USD"),
        (Scope.MONTH, "", "arena budget --monthly USD"),
    ],
)
def test_a_budget_with_too_little_left_refuses_likewise(
    settings_env: Settings,
    db: Database,
    counter: Counter,
    scope: Scope,
    subject: str,
    says: str,
) -> None:
    set_budget(db, scope, subject, Decimal("4"))
    journal = CallJournal(db)
    row = journal.begin(Call("x", "x", "/x", {}, 1, Decimal("0.90")), Purpose("cards")).row
    assert row.reserved_usd == Decimal("0.90")
    with pytest.raises(Refused) as refused:
        place_quoted(settings_env, db, spec(3))
    assert "the $3.10 left of the cap of" in str(refused.value)
    assert "pays for 2" in str(refused.value)
    assert says in str(refused.value)
    assert list_plans(db) == []
    place_quoted(settings_env, db, spec(2))


def test_of_two_budgets_the_tighter_one_is_named(
    settings_env: Settings, db: Database, counter: Counter
) -> None:
    set_budget(db, Scope.MONTH, "", Decimal("4"))
    set_budget(db, Scope.PROJECT, "cards", Decimal("2"))
    with pytest.raises(Refused, match=r"\$2.00 left of the cap of project cards pays for 1"):
        place_quoted(settings_env, db, spec(3))


def test_where_not_even_one_fits_it_says_so(
    settings_env: Settings, db: Database, counter: Counter
) -> None:
    with pytest.raises(Refused) as refused:
        place_quoted(settings_env, db, spec(2, cap_usd=Decimal("1")))
    assert "$1.00 pays for none" in str(refused.value)
    assert "--count" not in str(refused.value)


def test_embedded_work_fits_under_a_cap_of_nothing(settings_env: Settings, db: Database) -> None:
    set_budget(db, Scope.MONTH, "", Decimal(0))
    placed, quoted = place_quoted(settings_env, db, spec(5, cap_usd=Decimal(0)))
    assert quoted is not None
    assert quoted.embedded
    assert len(placed.arena_ids) == 5


def test_a_key_gives_its_request_again_whatever_has_become_of_quote_and_budget(
    settings_env: Settings, db: Database, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = counter.promise(spec(2), counter.quote(spec(2)))[1]
    placed, quoted = place_quoted(settings_env, db, spec(2), "order-7", token)
    assert quoted is not None
    set_budget(db, Scope.MONTH, "", Decimal(0))
    later(monkeypatch, days=1)
    again, nothing = place_quoted(settings_env, db, spec(2), "order-7", token)
    assert (again.request_id, again.fresh, nothing) == (placed.request_id, False, None)
    with pytest.raises(Refused, match="already placed another request"):
        place_quoted(settings_env, db, spec(3), "order-7")
    with pytest.raises(Refused, match="expired"):
        place_quoted(settings_env, db, spec(2), "order-8", token)


def test_the_quoted_price_counts_and_is_kept_with_the_request(
    settings_env: Settings, db: Database, counter: Counter, choose: Choose
) -> None:
    choose(Services(pictures="comfyui", usd_per_gpu_hour=Decimal("30")))
    cheap = Counter.open(settings_env, db)
    wanted = spec(1, cap_usd=Decimal("1.05"))
    terms, token = cheap.promise(wanted, cheap.quote(wanted))
    assert terms.usd.expected == Decimal("1.00")
    # The GPU turns out slower than was assumed when the quote was given.
    _gpu_job(db, 20)
    with pytest.raises(Refused, match=r"At about \$2.00 an arena"):
        place_quoted(settings_env, db, wanted)
    place_quoted(settings_env, db, wanted, None, token)
    event = events.since(db, 0, kinds=["request_placed"])[0]
    assert event.data["quote"] == terms.quote_id
    assert event.data["expected_usd"] == "1.00"


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    keys = race(8, lambda _: signing_key(tmp_path / "data"))
    assert len(set(keys)) == 1
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert signing_key(tmp_path / "other") != keys[0]


@pytest.mark.parametrize("content", ["", "00" * 31, "zz" * 32, "é"])
def test_a_damaged_key_signs_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / KEY_FILE).write_text(content, encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="is damaged"):
        signing_key(tmp_path)


def test_a_token_of_another_folder_is_none_of_ours(counter: Counter, tmp_path: Path) -> None:
    token = counter.promise(spec(), counter.quote(spec()))[1]
    elsewhere = counter.settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    with pytest.raises(UsageFault, match="no quote of this installation"):
        replace(counter, settings=elsewhere).honour(token, spec())


def test_services_are_read_from_the_settings(settings_env: Settings) -> None:
    assert services_of(settings_env).outside == ()
    chosen = SimpleNamespace(
        lore="claude",
        pictures="comfyui",
        clips="embedded",
        music="elevenlabs",
        claude_model="claude-opus-5-5",
        claude_at_once=3,
        elevenlabs_at_once=5,
        comfyui_urls="http://a:8188, http://b:8188,",
        comfyui_usd_per_hour=Decimal("1.2"),
        elevenlabs_usd_per_minute=None,
    )
    found = services_of(chosen)  # type: ignore[arg-type]
    assert found.outside == ("claude", "comfyui", "elevenlabs")
    assert found.of(MUSIC) == "elevenlabs"
    assert found.comfyui_servers == 2
    assert (found.claude_model, found.usd_per_gpu_hour) == ("claude-opus-5-5", Decimal("1.2"))

"""What a quote promises about money and time, for any batch and any choice of services."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena_assets.domain.price_table import PRICES
from arena_assets.domain.quote import STAGES, Capacity, Quote, most_within, quote
from arena_assets.domain.quote_costs import FREE, Tariff
from arena_assets.domain.services import Services
from arena_assets.domain.slots import CLIPS, IMAGES, METADATA, MUSIC
from arena_assets.domain.usage import LEAST_LORE, MOST_LORE, USUAL_LORE, Span, track_ms
from arena_assets.errors import UsageFault

DAY = date(2026, 11, 24)

rates = st.none() | st.decimals(0, 20, places=4)
services = st.builds(
    Services,
    lore=st.sampled_from(["embedded", "claude"]),
    pictures=st.sampled_from(["embedded", "comfyui"]),
    clips=st.sampled_from(["embedded", "comfyui"]),
    music=st.sampled_from(["embedded", "elevenlabs"]),
    claude_model=st.sampled_from(["claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5"]),
    max_tokens=st.integers(500, 60_000),
    economy=st.booleans(),
    claude_at_once=st.integers(1, 8),
    elevenlabs_at_once=st.integers(1, 8),
    comfyui_servers=st.integers(1, 4),
    usd_per_gpu_hour=rates,
    usd_per_music_minute=rates,
)
counts = st.integers(1, 100)
capacities = st.builds(Capacity, runs=st.integers(1, 16), slots=st.integers(1, 8))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    return Span(*sorted(draw(st.lists(st.floats(0, 5_000), min_size=3, max_size=3))))


histories = st.dictionaries(
    st.tuples(
        st.sampled_from(STAGES), st.sampled_from(["embedded", "claude", "comfyui", "elevenlabs"])
    ),
    spans(),
)


def of(
    count: int,
    chosen: Services,
    capacity: Capacity | None = None,
    history: Mapping[tuple[str, str], Span] | None = None,
) -> Quote:
    return quote(count, Tariff(chosen, DAY), capacity or Capacity(), history or {})


@given(counts, services, capacities, histories)
def test_the_total_is_the_sum_of_its_stages_to_the_cent(
    count: int,
    chosen: Services,
    capacity: Capacity,
    history: Mapping[tuple[str, str], Span],
) -> None:
    found = of(count, chosen, capacity, history)
    assert tuple(each.asset for each in found.stages) == STAGES
    for point in ("low", "expected", "high"):
        parts = [getattr(each.usd, point) for each in found.stages]
        assert getattr(found.usd, point) == sum(parts)
        assert all(part == part.quantize(Decimal("0.01")) for part in parts)


@given(counts, services, capacities, histories)
def test_low_expected_and_high_come_in_that_order(
    count: int,
    chosen: Services,
    capacity: Capacity,
    history: Mapping[tuple[str, str], Span],
) -> None:
    found = of(count, chosen, capacity, history)
    for each in found.stages:
        assert 0 <= each.usd.low <= each.usd.expected <= each.usd.high
        assert 0 <= each.seconds.low <= each.seconds.expected <= each.seconds.high
    assert found.seconds.low <= found.seconds.expected <= found.seconds.high


@given(st.integers(1, 99), services, capacities, histories)
def test_one_arena_more_never_costs_or_takes_less(
    count: int,
    chosen: Services,
    capacity: Capacity,
    history: Mapping[tuple[str, str], Span],
) -> None:
    fewer, more = (of(n, chosen, capacity, history) for n in (count, count + 1))
    for point in ("low", "expected", "high"):
        assert getattr(fewer.usd, point) <= getattr(more.usd, point)
        assert getattr(fewer.seconds, point) <= getattr(more.seconds, point) * (1 + 1e-9)


@given(counts, capacities, histories)
def test_what_is_made_here_costs_exactly_nothing(
    count: int, capacity: Capacity, history: Mapping[tuple[str, str], Span]
) -> None:
    found = of(count, Services(), capacity, history)
    assert found.embedded
    assert found.usd == FREE


@given(counts, services, histories)
def test_one_arena_at_a_time_takes_the_sum_of_its_stages(
    count: int, chosen: Services, history: Mapping[tuple[str, str], Span]
) -> None:
    found = of(count, chosen, Capacity(runs=1), history)
    assert found.one_at_a_time
    total = sum(each.seconds.expected for each in found.stages)
    assert found.seconds.expected == pytest.approx(total)


@given(counts, services, capacities, histories)
def test_a_batch_takes_at_least_its_busiest_stage_and_at_most_one_after_another(
    count: int,
    chosen: Services,
    capacity: Capacity,
    history: Mapping[tuple[str, str], Span],
) -> None:
    found = of(count, chosen, capacity, history)
    alone = of(count, chosen, Capacity(1, capacity.slots), history)
    busiest = max(each.seconds.expected for each in found.stages)
    assert found.seconds.expected >= busiest * (1 - 1e-9)
    assert found.seconds.expected <= alone.seconds.expected * (1 + 1e-9)


def test_an_arena_by_claude_and_elevenlabs() -> None:
    """129 s of music at $0.69 a minute, and a draft: what the price lists say, by hand."""
    found = {
        each.asset: each.usd for each in of(1, Services(lore="claude", music="elevenlabs")).stages
    }
    assert found[MUSIC].low == found[MUSIC].high == Decimal("1.49")  # 1.4835, rounded up
    # 3,000 tokens written to the cache at $4, 150 at $2, 2,000 of answer at $10 a million.
    assert found[METADATA].expected == Decimal("0.04")  # 0.0323


def test_later_arenas_read_the_cache_that_the_first_wrote() -> None:
    def lore(count: int) -> Decimal:
        return of(count, Services(lore="claude")).stages[0].usd.expected

    # Then 3,000 tokens at $0.10, 150 at $2, 2,000 at $10 a million: 0.0206 for each.
    assert lore(100) == Decimal("2.08")  # 0.0323 + 99 × 0.0206 = 2.0717, rounded up


def test_economy_halves_the_lore_and_waits_for_its_batch() -> None:
    usual, economy = (
        of(100, Services(lore="claude", economy=each)).stages[0] for each in (False, True)
    )
    assert abs(economy.usd.low * 2 - usual.usd.low) <= Decimal("0.02")
    assert abs(economy.usd.expected * 2 - usual.usd.expected) <= Decimal("0.02")
    # A repair is sent at once, at the full price.
    assert usual.usd.high / 2 < economy.usd.high < usual.usd.high
    assert economy.seconds.high == 86_400


def test_a_gpu_is_paid_by_the_hour_and_works_on_one_job_at_a_time() -> None:
    hour = Services(pictures="comfyui", usd_per_gpu_hour=Decimal("3.60"))
    history = {(IMAGES, "comfyui"): Span(5, 10, 20)}
    found = next(each for each in of(3, hour, history=history).stages if each.asset == IMAGES)
    assert found.measured
    # 3 arenas × 12 pictures × 10 s at a tenth of a cent a second.
    assert found.usd.expected == Decimal("0.36")
    assert found.seconds == Span(180, 360, 720)


def test_more_runs_do_not_make_one_gpu_two() -> None:
    history = {(CLIPS, "comfyui"): Span(100, 100, 100)}
    one, many = (of(8, Services(clips="comfyui"), Capacity(runs=runs), history) for runs in (1, 8))
    assert many.seconds.expected >= 8 * 12 * 100
    assert many.seconds.expected < one.seconds.expected  # what is not the GPU's goes on beside it


def test_a_second_gpu_halves_the_time_and_not_the_price() -> None:
    history = {(CLIPS, "comfyui"): Span(100, 100, 100)}
    one, two = (
        next(
            stage
            for stage in of(
                4,
                Services(clips="comfyui", comfyui_servers=servers, usd_per_gpu_hour=Decimal(1)),
                Capacity(runs=4),
                history,
            ).stages
            if stage.asset == CLIPS
        )
        for servers in (1, 2)
    )
    assert two.usd == one.usd
    assert two.seconds.expected == one.seconds.expected / 2


def test_history_replaces_what_is_assumed_for_that_kind_alone() -> None:
    history = {(MUSIC, "embedded"): Span(1, 2, 3)}
    found = {each.asset: each for each in of(1, Services(), history=history).stages}
    assert found[MUSIC].measured
    assert found[MUSIC].seconds == Span(2.5, 5, 7.5)  # five tracks, two at once
    assert not found[IMAGES].measured
    other = {
        each.asset: each for each in of(1, Services(music="elevenlabs"), history=history).stages
    }
    assert not other[MUSIC].measured


@pytest.mark.parametrize(
    "chosen",
    [
        Services(lore="claude", claude_model="claude-unheard-of"),
        Services(lore="another-writer"),
        Services(music="comfyui-like"),
    ],
)
def test_what_has_no_price_is_an_error_and_never_free(chosen: Services) -> None:
    with pytest.raises(UsageFault, match="There is no price"):
        of(1, chosen)


@given(st.decimals(0, 200, places=2), st.integers(0, 100))
def test_what_fits_is_the_most_that_fits(room: Decimal, most: int) -> None:
    def expected(count: int) -> Decimal:
        return of(count, Services(lore="claude", music="elevenlabs")).usd.expected

    fits = most_within(room, most, expected)
    assert fits == max((n for n in range(1, most + 1) if expected(n) <= room), default=0)


def test_prices_have_one_version_until_one_of_them_changes() -> None:
    before, after = PRICES.version(date(2026, 10, 6)), PRICES.version(date(2026, 10, 7))
    assert before != after
    assert PRICES.version(date(2026, 10, 8)) == after


def test_every_term_of_the_services_is_in_their_hash() -> None:
    changed = [
        Services(lore="claude"),
        Services(claude_model="claude-opus-5-5"),
        Services(economy=True),
        Services(usd_per_gpu_hour=Decimal("1")),
        Services(usd_per_gpu_hour=Decimal("1.5")),
        Services(usd_per_music_minute=Decimal("1")),
    ]
    assert len({each.digest for each in [Services(), *changed]}) == len(changed) + 1


def test_assumed_tokens_are_those_of_the_real_prompt() -> None:
    from arena_assets.domain.palette import ManaColor, Pair, Theme
    from arena_assets.domain.request import BRIEF_MAX
    from arena_assets.providers.claude.draft import draft_schema
    from arena_assets.providers.claude.example import EXAMPLE
    from arena_assets.providers.claude.prompt import SYSTEM_PROMPT, request_block

    def tokens(text: str) -> tuple[float, float]:
        """Between five characters a token and three."""
        return len(text) / 5, len(text) / 3

    low, high = tokens(SYSTEM_PROMPT + json.dumps(draft_schema()))
    assert low <= LEAST_LORE.system + 100
    assert LEAST_LORE.system < USUAL_LORE.system < MOST_LORE.system
    assert high <= MOST_LORE.system + 100
    pairs = [Pair(color, theme) for color in ManaColor for theme in Theme]
    longest = max(len(request_block(pair, "x" * BRIEF_MAX, 1)) for pair in pairs)
    assert longest / 3 <= MOST_LORE.request
    assert LEAST_LORE.answer >= tokens(json.dumps(EXAMPLE))[0]


def test_assumed_lengths_and_limits_are_those_in_use() -> None:
    from arena_assets.defs.pools import POOL_LIMITS as IN_USE
    from arena_assets.domain.quote import POOL_LIMITS, pool_limits
    from arena_assets.domain.sequences import SEQUENCES
    from arena_assets.providers.elevenlabs.plan import asked_ms

    assert [track_ms(each) for each in SEQUENCES] == [asked_ms(each) for each in SEQUENCES]
    assert {name: IN_USE[name] for name in POOL_LIMITS} == POOL_LIMITS
    assert pool_limits(Services()) == POOL_LIMITS

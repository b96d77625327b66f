"""Prices: what is settled never exceeds what was reserved, and nothing unknown is free."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena_assets.domain.price_table import GPU_HOUR, MUSIC_MINUTE, PRICES, SOUND_MINUTE
from arena_assets.domain.prices import MICRODOLLAR, TokenPrice, TokenUsage, rounded_up
from arena_assets.errors import UsageFault

NOVEMBER = date(2026, 11, 24)
MODELS = sorted({price.model for price in PRICES.tokens})
models = st.sampled_from(MODELS).map(lambda name: PRICES.model(name, NOVEMBER))
counts = st.one_of(st.integers(0, 3_000), st.integers(0, 250_000))


@st.composite
def calls(draw: st.DrawFn) -> tuple[TokenPrice, int, int, TokenUsage]:
    """A price, the limits a request was reserved for, and a usage within them."""
    price = draw(models)
    usage = TokenUsage(*(draw(counts) for _ in range(5)))
    prompt = usage.prompt + draw(st.sampled_from([0, 1, 100_000, 999_999 - usage.prompt]))
    return price, min(max(prompt, usage.prompt), 1_000_000), usage.output + draw(counts), usage


@given(calls(), st.booleans())
def test_no_usage_within_its_limits_costs_more_than_its_ceiling(
    call: tuple[TokenPrice, int, int, TokenUsage], batch: bool
) -> None:
    price, prompt, output, usage = call
    if usage.prompt > 1_000_000:
        return
    assert price.cost(usage, batch=batch) <= price.ceiling(prompt, output, batch=batch)


@given(calls())
def test_a_ceiling_rises_with_its_limits(call: tuple[TokenPrice, int, int, TokenUsage]) -> None:
    price, prompt, output, _ = call
    assert price.ceiling(prompt // 2, output) <= price.ceiling(prompt, output)
    assert price.ceiling(prompt, output // 2) <= price.ceiling(prompt, output)


@given(calls())
def test_a_batch_costs_half(call: tuple[TokenPrice, int, int, TokenUsage]) -> None:
    price, _, _, usage = call
    twice = 2 * price.cost(usage, batch=True)
    assert 0 <= twice - price.cost(usage) <= 2 * MICRODOLLAR


@given(st.decimals(0, 1000, places=12))
def test_rounding_goes_up_by_less_than_a_millionth(usd: Decimal) -> None:
    assert usd <= rounded_up(usd) < usd + MICRODOLLAR


@given(st.integers(0, 600_000), st.integers(0, 600_000))
def test_a_rate_never_charges_a_longer_piece_less(a: int, b: int) -> None:
    rate = PRICES.rate(MUSIC_MINUTE, NOVEMBER)
    assert rate.cost_of_ms(min(a, b)) <= rate.cost_of_ms(max(a, b))


@pytest.mark.parametrize(
    ("model", "usage", "usd"),
    [
        ("claude-haiku-5-5", TokenUsage(fresh=1_000, output=1_000), "0.0006"),
        ("claude-haiku-5-5", TokenUsage(fresh=100_000), "0.01"),
        ("claude-haiku-5-5", TokenUsage(fresh=100_001), "0.050001"),
        ("claude-haiku-5-5", TokenUsage(fresh=1, cache_read=100_000), "0.005001"),
        ("claude-sonnet-5-5", TokenUsage(fresh=1_000_000), "2"),
        ("claude-sonnet-5-5", TokenUsage(cache_read=1_000_000), "0.1"),
        ("claude-sonnet-5-5", TokenUsage(cache_write_5m=1_000_000), "2.5"),
        ("claude-sonnet-5-5", TokenUsage(cache_write_1h=1_000_000), "4"),
        ("claude-opus-5-5", TokenUsage(output=1_000_000), "20"),
        ("claude-opus-5-5", TokenUsage(fresh=1), "0.000004"),
    ],
)
def test_known_prices(model: str, usage: TokenUsage, usd: str) -> None:
    assert PRICES.model(model, NOVEMBER).cost(usage) == Decimal(usd)


def test_a_price_holds_from_its_day_on() -> None:
    read = TokenUsage(cache_read=1_000_000)
    before = PRICES.model("claude-sonnet-5-5", date(2026, 10, 6)).cost(read)
    after = PRICES.model("claude-sonnet-5-5", date(2026, 10, 7)).cost(read)
    assert (before, after) == (Decimal("0.2"), Decimal("0.1"))
    with pytest.raises(UsageFault, match="no price for 'claude-sonnet-5-5' on 2026-01-01"):
        PRICES.model("claude-sonnet-5-5", date(2026, 1, 1))


@pytest.mark.parametrize("name", ["", "claude-haiku-5-6", "CLAUDE-HAIKU-5-5", "gpt"])
def test_what_is_unknown_is_an_error_and_not_free(name: str) -> None:
    with pytest.raises(UsageFault, match="There is no price"):
        PRICES.model(name, NOVEMBER)
    with pytest.raises(UsageFault, match="There is no price"):
        PRICES.rate(name, NOVEMBER)


def test_a_prompt_longer_than_any_known_price_is_an_error() -> None:
    price = PRICES.model("claude-haiku-5-5", NOVEMBER)
    with pytest.raises(UsageFault, match="no known price for a prompt of 1000001"):
        price.ceiling(1_000_001, 1)
    with pytest.raises(UsageFault, match="no known price for a prompt of 1000001"):
        price.cost(TokenUsage(1_000_001))


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        TokenUsage(output=-1)
    with pytest.raises(ValueError, match="negative"):
        PRICES.rate(GPU_HOUR, NOVEMBER).cost(-1)


def test_rates_and_their_overrides() -> None:
    assert PRICES.rate(MUSIC_MINUTE, NOVEMBER).cost_of_ms(123_000) == Decimal("1.4145")
    assert PRICES.rate(GPU_HOUR, NOVEMBER).cost(5) == 0
    own = PRICES.rate(SOUND_MINUTE, NOVEMBER, override=Decimal("0.30"))
    assert own.cost_of_ms(30_000) == Decimal("0.15")
    assert PRICES.rate(GPU_HOUR, NOVEMBER, override=Decimal("1.2")).cost(2) == Decimal("2.4")


def test_the_table_is_sound() -> None:
    for price in PRICES.tokens:
        limits = [band.up_to for band in price.bands]
        assert limits == sorted(set(limits))
        for band in price.bands:
            amounts = (band.fresh, band.output, band.cache_read, band.cache_write_5m)
            assert min(*amounts, band.cache_write_1h) > 0
    keys = [(price.model, price.since) for price in PRICES.tokens]
    assert len(set(keys)) == len(keys)

"""A quote's token holds for one request, one price table, one choice of services, until it ends."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.quote_token import Terms, quote_command, read, request_hash, sign
from arena_assets.domain.request import RequestSpec
from arena_assets.errors import Refused, UsageFault

KEY = bytes(range(32))
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SPEC = RequestSpec(project="cards", count=3, theme=Theme.CRYSTAL_CAVERN, brief="it's cold")
TERMS = Terms(
    quote_id="0123abcd",
    made_at=NOON,
    expires_at=NOON + timedelta(hours=1),
    request=request_hash(SPEC),
    prices="p",
    services="s",
    usd=Usd(Decimal("4.47"), Decimal("4.53"), Decimal("4.95")),
)


def test_terms_come_back_as_they_were_signed() -> None:
    assert read(sign(TERMS, KEY), KEY) == TERMS


@given(st.data())
def test_a_token_changed_anywhere_is_refused(data: st.DataObject) -> None:
    token = sign(TERMS, KEY)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = token[:place] + other + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(UsageFault, match="no quote of this installation"):
        read(changed, KEY)


@given(st.text(max_size=200) | st.text(alphabet="abcAB01-_.=", max_size=200))
def test_no_other_text_is_taken_for_a_token(text: str) -> None:
    with pytest.raises(UsageFault):
        read(text, KEY)


def test_only_one_spelling_of_a_token_is_taken() -> None:
    """The last character of 32 bytes holds two bits of nothing: their other values are refused."""
    token = sign(TERMS, KEY)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) ^ 1]
    with pytest.raises(UsageFault):
        read(twin, KEY)


def test_a_lower_price_under_the_old_signature_is_refused() -> None:
    payload, signature = sign(TERMS, KEY).split(".")
    told = json.loads(base64.urlsafe_b64decode(payload + "=="))
    told["usd"] = ["0", "0", "0"]
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    with pytest.raises(UsageFault):
        read(f"{forged}.{signature}", KEY)


def test_another_installation_s_token_is_refused() -> None:
    with pytest.raises(UsageFault):
        read(sign(TERMS, bytes(32)), KEY)


@pytest.mark.parametrize(
    ("spec", "prices", "services", "later", "says"),
    [
        (SPEC, "p", "s", timedelta(hours=1), "expired at 2026-11-24 13:00 UTC"),
        (SPEC.model_copy(update={"count": 4}), "p", "s", timedelta(), "another request"),
        (SPEC.model_copy(update={"brief": "warm"}), "p", "s", timedelta(), "another request"),
        (SPEC.model_copy(update={"theme": None}), "p", "s", timedelta(), "another request"),
        (SPEC.model_copy(update={"project": "dice"}), "p", "s", timedelta(), "another request"),
        (
            SPEC.model_copy(update={"mana_color": ManaColor.AZURE}),
            "p",
            "s",
            timedelta(),
            "another request",
        ),
        (SPEC, "q", "s", timedelta(), "Prices have changed"),
        (SPEC, "p", "t", timedelta(), "choice of services has changed"),
    ],
)
def test_a_quote_holds_for_nothing_else(
    spec: RequestSpec, prices: str, services: str, later: timedelta, says: str
) -> None:
    with pytest.raises(Refused, match=says) as refused:
        TERMS.require(spec, prices, services, NOON + later)
    assert quote_command(spec) in refused.value.next_step


def test_a_quote_holds_whatever_the_cap_and_the_priority_are() -> None:
    spec = SPEC.model_copy(update={"cap_usd": Decimal(9), "priority": 3})
    TERMS.require(spec, "p", "s", NOON + timedelta(minutes=59))


def test_the_command_for_a_new_quote_can_be_pasted() -> None:
    assert quote_command(replace_brief("it's cold")) == (
        "arena quote --count 3 --project cards --theme crystal_cavern --brief 'it'\"'\"'s cold'"
    )


def replace_brief(brief: str) -> RequestSpec:
    return SPEC.model_copy(update={"brief": brief})


def test_equal_terms_make_equal_tokens() -> None:
    assert sign(TERMS, KEY) == sign(replace(TERMS), KEY)

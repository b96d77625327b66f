"""Claude as a maker of lore: one request, checked; at most one repair; a name claimed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from arena_assets.domain.calls import Answer, Call
from arena_assets.domain.metadata import name_key
from arena_assets.domain.price_table import PRICES
from arena_assets.domain.prices import PriceTable, TokenPrice
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import METADATA, metadata_slot
from arena_assets.errors import ContentFault
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.claude.ask import (
    Body,
    first_body,
    message_call,
    most_usd,
    repair_body,
    settle_at,
)
from arena_assets.providers.claude.batches import Batches
from arena_assets.providers.claude.check import (
    DraftRefused,
    Lore,
    check_draft,
    claim_name,
    names_taken,
)
from arena_assets.providers.claude.options import PROVIDER, ClaudeOptions
from arena_assets.providers.claude.prompt import PROMPT_VERSION
from arena_assets.providers.claude.reply import Reply, read_reply
from arena_assets.providers.claude.wire import send_message
from arena_assets.providers.style import asked_besides
from arena_assets.providers.versions import VERSIONS

Reserve = Callable[[str], bool]


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class ClaudeLore:
    """Writes lore with Claude, directly or, in economy, through batches, but for a repair."""

    options: ClaudeOptions
    prices: PriceTable = field(default=PRICES, repr=False)
    today: Callable[[], date] = _today

    def first_call(self, outline: Outline, take: int) -> Call:
        """The call that an arena's lore begins with, for a batch of many arenas.

        What a sensor puts into one batch, each arena's own run then finds in its results.
        """
        price = self.prices.model(self.options.model, self.today())
        seed = outline.seed(metadata_slot(), take)
        besides = asked_besides(outline, metadata_slot(), take, PROVIDER)
        body = first_body(self.options, outline.pair, outline.brief, seed, besides)
        return message_call(self.options, price, body, take=take)

    def recipe(self, outline: Outline, taken: Collection[str], reserve: Reserve) -> RecipeFor:
        price = self.prices.model(self.options.model, self.today())

        def for_take(take: int) -> Recipe:
            seed = outline.seed(metadata_slot(), take)
            besides = asked_besides(outline, metadata_slot(), take, PROVIDER)
            first = first_body(self.options, outline.pair, outline.brief, seed, besides)
            return Recipe(
                name=METADATA,
                version=VERSIONS[METADATA],
                inputs={},
                params={
                    "mana_color": outline.pair.mana_color.value,
                    "theme": outline.pair.theme.value,
                    "brief": outline.brief,
                    "seed": seed,
                    "effort": self.options.effort,
                    "prompt": PROMPT_VERSION,
                    **besides,
                },
                provider=PROVIDER,
                model=self.options.model,
                work=lambda context: _Sitting(self.options, price, context, first, take).write(
                    outline, {name_key(name) for name in taken}, reserve
                ),
                price_ceiling_usd=float(most_usd(self.options, price, first)),
            )

        return for_take


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One arena's lore being written: at most two turns."""

    options: ClaudeOptions
    price: TokenPrice
    context: WorkContext
    first: Body
    take: int

    def write(self, outline: Outline, taken: set[str], reserve: Reserve) -> Produced:
        self.context.progress(0.05, "asking Claude")
        reply = self._ask(self.first, turn=1)
        try:
            return self._accept(reply, outline, taken, reserve, turns=1)
        except DraftRefused as refused:
            problems = refused.problems
        self.context.progress(0.5, "asking Claude to put the draft right")
        repair = repair_body(self.first, reply.text, problems)
        reply = self._ask(repair, turn=2)
        try:
            return self._accept(reply, outline, taken, reserve, turns=2)
        except DraftRefused as refused:
            raise ContentFault(
                f"Claude's lore breaks the rules even after a repair: {refused.problems[0]}",
                "Redo arena_metadata, or change the brief",
                money="yes",
            ) from None

    def _ask(self, body: Body, *, turn: int) -> Reply:
        self.context.check_cancelled()
        # A repair is asked for at once and at full price: alone in a batch it waits up to a day.
        options = self.options if turn == 1 else replace(self.options, economy=False)
        call = message_call(options, self.price, body, take=self.take, turn=turn)
        settle = settle_at(self.price, batch=options.economy)
        if options.economy:
            batches = Batches(options)
            answer = self.context.call(call, batches.send(call), settle, batches.recover(call))
        else:
            answer = self.context.call(call, send_message(options, body), settle)
        return _answered(answer)

    def _accept(
        self, reply: Reply, outline: Outline, taken: set[str], reserve: Reserve, *, turns: int
    ) -> Produced:
        lore: Lore = check_draft(_whole_text(reply), outline.pair)
        # Another arena may have taken a name since the list was read: the claim decides.
        name = claim_name(lore, taken, reserve)
        if name is None:
            raise names_taken(lore)
        metadata = lore.metadata(name)
        path = self.context.workdir / "metadata.json"
        content = metadata.model_dump(mode="json")
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return Produced(
            {"metadata": path},
            {
                "name": metadata.name,
                "difficulty": metadata.difficulty_rating,
                "model": reply.model,
                "turns": turns,
            },
        )


def _answered(answer: Answer) -> Reply:
    """The reply of an answer. Raises ContentFault when the model declined to write at all."""
    reply = read_reply(answer.body)
    if reply.stop_reason == "refusal":
        raise ContentFault(
            "Claude declined to write lore for this brief",
            "Change the brief, or redo arena_metadata",
            money="yes",
        )
    return reply


def _whole_text(reply: Reply) -> str:
    """The text of a reply that came to its end."""
    if reply.stop_reason == "end_turn":
        return reply.text
    if reply.stop_reason == "max_tokens":
        raise DraftRefused(["the draft was cut off for its length: write every sentence shorter"])
    raise DraftRefused([f"the draft did not come to its end ({reply.stop_reason[:40]})"])

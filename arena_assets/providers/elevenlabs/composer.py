"""ElevenLabs as a maker of tracks: a plan, one call, at most one more in the service's words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from pydantic import JsonValue

from arena_assets.domain.calls import Answer, Call
from arena_assets.domain.manifest import Measurement, SlotManifest
from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.price_table import MUSIC_MINUTE, PRICES
from arena_assets.domain.prices import PriceTable
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import Sequence, loudness_of, loudness_params
from arena_assets.domain.slots import MUSIC, SlotName, track_slot
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.elevenlabs.options import PROVIDER, ElevenOptions
from arena_assets.providers.elevenlabs.plan import Plan, asked_ms, plan_for, suggested_plan
from arena_assets.providers.elevenlabs.wire import PlanRefused, send_track
from arena_assets.providers.style import asked_besides, moods_asked
from arena_assets.providers.versions import VERSIONS

_SEEDS = 2**31
_STYLE_VERSION = "1"
_TOLD_HEADERS = {"song-id": "song_id", "character-cost": "credits", "request-id": "request_id"}


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class ElevenComposer:
    """Has each track composed, then makes it ours: exact length, loop, master, encodings."""

    options: ElevenOptions
    prices: PriceTable = field(default=PRICES, repr=False)
    today: Callable[[], date] = _today

    @property
    def at_once(self) -> int:
        return self.options.at_once

    def recipe(self, outline: Outline, sequence: Sequence, metadata: SlotManifest) -> RecipeFor:
        rate = self.prices.rate(MUSIC_MINUTE, self.today(), self.options.usd_per_minute)
        price = rate.cost_of_ms(asked_ms(sequence))
        # Key, tempo and instruments belong to the arena: they stay when one track is made again.
        suite_seed = outline.seed(SlotName(MUSIC, "score"), 1)

        def for_take(take: int) -> Recipe:
            seed = outline.seed(track_slot(sequence.slot), take) % _SEEDS
            besides = asked_besides(outline, track_slot(sequence.slot), take, PROVIDER)
            ask = _Ask(self.options, price, take, seed, suite_seed, moods_asked(besides))
            return Recipe(
                name=MUSIC,
                version=VERSIONS[MUSIC],
                inputs={"metadata": metadata.file("metadata")},
                params={
                    "track": sequence.slot,
                    "seed": seed,
                    "suite": suite_seed,
                    "style": _STYLE_VERSION,
                    "format": self.options.output_format,
                    **loudness_params(loudness_of(self.options.loudness, sequence.kind)),
                    **besides,
                },
                provider=PROVIDER,
                model=self.options.model,
                work=lambda context: self._make(context, sequence, ask),
                price_ceiling_usd=float(price),
            )

        return for_take

    def _make(self, context: WorkContext, sequence: Sequence, ask: _Ask) -> Produced:
        from arena_assets.inspect.sound_files import check_files
        from arena_assets.providers.elevenlabs.audio import bus_from
        from arena_assets.score.deliver import StemArchive
        from arena_assets.score.finish import SUFFIXES, finish
        from arena_assets.score.master import Glue, Target
        from arena_assets.score.render import whole_sheet

        metadata = ArenaMetadata.model_validate_json(context.input("metadata").read_bytes())
        context.progress(0.05, "asking ElevenLabs")
        plan = plan_for(metadata, sequence, ask.suite_seed, ask.moods)
        answer, turns = ask.once_or_twice(context, plan)
        context.progress(0.6, "cutting")
        bus, raw = bus_from(answer.body, self.options.output_format, sequence)
        stem = context.workdir / f"{sequence.slot}_stems.zip"
        with StemArchive(stem) as archive:
            bus = archive.add("mix", bus)
        sheet = context.workdir / f"{sequence.slot}_mix.json"
        sheet.write_text(whole_sheet(sequence, ask.seed).model_dump_json(indent=1))
        context.progress(0.7, "mastering")
        lufs = loudness_of(self.options.loudness, sequence.kind)
        paths = {
            role: context.workdir / f"{sequence.slot}{suffix}" for role, suffix in SUFFIXES.items()
        }
        measured = finish(
            bus, Glue(), sequence.kind, sequence.loops, paths, context.check_cancelled, Target(lufs)
        )
        checked, findings = check_files(paths, sequence, lufs)
        told = {**raw, **_told(answer.headers), "turns": turns}
        return Produced(
            {**paths, "stems": stem, "mix": sheet}, {**measured, **checked, **told}, findings
        )


@dataclass(frozen=True, slots=True)
class _Ask:
    """The calls for one take of one track."""

    options: ElevenOptions
    price: Decimal
    take: int
    seed: int
    suite_seed: int
    moods: tuple[str, ...] = ()

    def once_or_twice(self, context: WorkContext, plan: Plan) -> tuple[Answer, int]:
        """The answer, and which turn gave it. A refused plan is asked for once more in the words
        the service suggests; that it objected was free."""
        body = plan.body(self.options.model, self.seed)
        try:
            return self._call(context, body, body, turn=1), 1
        except PlanRefused as refused:
            better = suggested_plan(refused.suggestion, plan)
            if better is None:
                raise
        # The service may word its suggestion differently each time; the call stays the same one,
        # or a crash after it would be paid for twice.
        name: dict[str, JsonValue] = {**body, "words": "as suggested"}
        context.progress(0.1, "asking ElevenLabs in its own words")
        sent = better.body(self.options.model, self.seed)
        return self._call(context, name, sent, turn=2), 2

    def _call(
        self,
        context: WorkContext,
        name: Mapping[str, JsonValue],
        sent: Mapping[str, JsonValue],
        *,
        turn: int,
    ) -> Answer:
        context.check_cancelled()
        endpoint = f"/v1/music?output_format={self.options.output_format}"
        call = Call(
            provider=PROVIDER,
            service=PROVIDER,
            endpoint=endpoint,
            body=name,
            take=self.take,
            ceiling_usd=self.price,
            turn=turn,
        )
        return context.call(call, send_track(self.options, endpoint, sent), self._settle)

    def _settle(self, _: Answer) -> Decimal:
        """Charged by the length asked for; the account's own cost headers are kept beside it."""
        return self.price


def _told(headers: Mapping[str, str]) -> dict[str, Measurement]:
    """What the answer's headers tell of song and cost, as they came."""
    found = {name.casefold(): value for name, value in headers.items()}
    return {ours: found[theirs][:100] for theirs, ours in _TOLD_HEADERS.items() if theirs in found}

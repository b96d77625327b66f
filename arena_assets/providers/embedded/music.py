"""The embedded composer as a maker: one track of an arena's theme."""

from __future__ import annotations

from dataclasses import dataclass, field

from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import Loudness, Sequence, loudness_of, loudness_params
from arena_assets.domain.slots import MUSIC, SlotName, track_slot
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.embedded.identity import PROVIDER, Quality
from arena_assets.providers.style import asked_besides, moods_asked
from arena_assets.providers.versions import VERSIONS


@dataclass(frozen=True, slots=True)
class EmbeddedComposer:
    """Composes, plays, mixes and masters. The five tracks share the theme of the arena's seed, in
    every take.

    ``loudness`` in LUFS by use.
    """

    quality: Quality
    loudness: Loudness = field(default_factory=dict)

    @property
    def at_once(self) -> None:
        return None

    def recipe(self, outline: Outline, sequence: Sequence, metadata: SlotManifest) -> RecipeFor:
        lufs = loudness_of(self.loudness, sequence.kind)
        whole_score = SlotName(MUSIC, "score")
        # Key, tempo, motif and harmony belong to the arena: they stay when a track is made again.
        suite_seed = outline.seed(whole_score, 1)

        def for_take(take: int) -> Recipe:
            seed = outline.seed(whole_score, take)
            besides = asked_besides(outline, track_slot(sequence.slot), take, PROVIDER)
            moods = moods_asked(besides)
            return Recipe(
                name=MUSIC,
                version=VERSIONS[MUSIC],
                inputs={"metadata": metadata.file("metadata")},
                params={
                    "track": sequence.slot,
                    "seed": seed,
                    **({} if take == 1 else {"suite": suite_seed}),
                    "quality": self.quality,
                    **loudness_params(lufs),
                    **besides,
                },
                provider=PROVIDER,
                model="composer",
                work=lambda context: self._play(context, sequence, (seed, suite_seed), moods, lufs),
            )

        return for_take

    def _play(
        self, context: WorkContext, sequence: Sequence, seeds: tuple[int, int],
        moods: tuple[str, ...], lufs: float,
    ) -> Produced:  # fmt: skip
        from arena_assets.domain.metadata import ArenaMetadata
        from arena_assets.inspect.sound_files import check_files
        from arena_assets.score.brief import brief_for
        from arena_assets.score.master import Target
        from arena_assets.score.render import render_track

        metadata = ArenaMetadata.model_validate_json(context.input("metadata").read_bytes())
        seed, suite_seed = seeds
        track = render_track(
            brief_for(metadata, seed, moods, suite_seed),
            sequence.kind,
            context.workdir,
            quality=self.quality,
            progress=context.progress,
            check_cancelled=context.check_cancelled,
            target=Target(lufs),
        )
        measurements, findings = check_files(track.files, sequence, lufs)
        return Produced(track.files, {**track.measurements, **measurements}, findings)

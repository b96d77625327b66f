"""The embedded writer as a maker: metadata from word banks and grammars."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass

from arena_assets.domain.identity import derive_seed
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import METADATA, metadata_slot
from arena_assets.errors import ContentFault
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.embedded.identity import PROVIDER
from arena_assets.providers.style import asked_besides, motif_text
from arena_assets.providers.versions import VERSIONS

_ATTEMPTS = 50


@dataclass(frozen=True, slots=True)
class EmbeddedWriter:
    """Writes lore, and claims the name it gives so that no two arenas of a project share one."""

    def recipe(
        self, outline: Outline, taken: Collection[str], reserve: Callable[[str], bool]
    ) -> RecipeFor:
        def for_take(take: int) -> Recipe:
            seed = outline.seed(metadata_slot(), take)
            besides = asked_besides(outline, metadata_slot(), take, PROVIDER)
            text = motif_text(outline.brief, besides)
            return Recipe(
                name=METADATA,
                version=VERSIONS[METADATA],
                inputs={},
                params={
                    "mana_color": outline.pair.mana_color.value,
                    "theme": outline.pair.theme.value,
                    "brief": outline.brief,
                    "seed": seed,
                    **besides,
                },
                provider=PROVIDER,
                model="writer",
                work=lambda context: _write(context, outline, text, seed, taken, reserve),
            )

        return for_take


def _write(
    context: WorkContext,
    outline: Outline,
    text: str,
    seed: int,
    taken: Collection[str],
    reserve: Callable[[str], bool],
) -> Produced:
    from arena_assets.providers.embedded.lore import write_metadata

    refused = set(taken)
    for attempt in range(_ATTEMPTS):
        context.check_cancelled()
        attempt_seed = seed if attempt == 0 else derive_seed(outline.arena_id, seed, attempt)
        metadata = write_metadata(outline.pair, text, attempt_seed, refused)
        # Another arena may have taken the name since the list was read.
        if reserve(metadata.name):
            break
        refused.add(metadata.name)
    else:
        raise ContentFault(
            f"No free name was found in {_ATTEMPTS} attempts",
            "Redo arena_metadata, or start a new project for more arenas",
        )
    path = context.workdir / "metadata.json"
    content = metadata.model_dump(mode="json")
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    return Produced(
        {"metadata": path}, {"name": metadata.name, "difficulty": metadata.difficulty_rating}
    )

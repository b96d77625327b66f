"""All makers of the embedded studio, at one size and quality."""

from __future__ import annotations

from arena_assets.domain.sequences import Loudness
from arena_assets.providers.base import Makers
from arena_assets.providers.embedded.film import (
    Delivery,
    EmbeddedClips,
    EmbeddedEditor,
    EmbeddedFinisher,
)
from arena_assets.providers.embedded.identity import Quality
from arena_assets.providers.embedded.music import EmbeddedComposer
from arena_assets.providers.embedded.place import EmbeddedPictures, EmbeddedStage
from arena_assets.providers.embedded.writer import EmbeddedWriter


def embedded_makers(
    quality: Quality,
    picture_size: tuple[int, int],
    video_size: tuple[int, int],
    *,
    av1: bool = False,
    loudness: Loudness | None = None,
) -> Makers:
    """The whole job without a key or a GPU. Sizes are (width, height) in pixels.

    With ``av1`` final videos are delivered as AV1 too; ``loudness`` in LUFS by a track's use.
    """
    delivery = Delivery(*video_size, quality)
    return Makers(
        lore=EmbeddedWriter(),
        stage=EmbeddedStage(),
        pictures=EmbeddedPictures(*picture_size, quality),
        clips=EmbeddedClips(delivery),
        editor=EmbeddedEditor(delivery),
        composer=EmbeddedComposer(quality, loudness or {}),
        finisher=EmbeddedFinisher(delivery, av1),
    )

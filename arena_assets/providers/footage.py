"""Clips that a model made, on their way into the same assembly as the embedded ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from arena_assets.domain.recipe import Produced, WorkContext
from arena_assets.domain.views import CLIP_FRAMES, View

if TYPE_CHECKING:
    from arena_assets.providers.embedded.film import Delivery
    from arena_assets.video.shot import Source

THEORA = "theora"
"""Role of the pictures coded for the game: of a clip what sequences show of it alone, of an edit
all, so that a final video only joins them with its sound."""
FOOTAGE = "footage"
"""Role of the model's own file in a clip's manifest; crossfades are drawn from it."""


def clip_from_footage(
    context: WorkContext, footage: Path, view: View, delivery: Delivery
) -> Produced:
    """Conform a model's video to a clip of a view, check it, and keep the footage beside it.

    ``footage`` is untrusted and may have any container, codec, rate, size and length that
    ``inspect.footage`` admits; it should run ``conform.FOOTAGE_SECONDS``. Its name needs a fitting
    suffix. Raises ContentFault, with what to ask the model for, when it cannot become a clip.
    """
    from arena_assets.inspect.footage import admit_footage, check_footage
    from arena_assets.inspect.video import check_clip
    from arena_assets.video.clip import film_source
    from arena_assets.video.conform import FootageSource
    from arena_assets.video.limits import limits
    from arena_assets.video.timeline import cut_points, solo_parts

    context.progress(0.0, "looking at the footage")
    reel = admit_footage(footage)
    seen, admitted = check_footage(reel, width=delivery.width, height=delivery.height)
    files = film_source(
        FootageSource(reel),
        delivery.profile(),
        context.workdir,
        cuts=cut_points(view.number),
        theora=solo_parts(view.number),
        progress=lambda fraction: context.progress(fraction, "conforming the footage"),
        check_cancelled=limits().within_time(context.check_cancelled),
    )
    measured, findings = check_clip(files.mp4, delivery.expected(CLIP_FRAMES))
    made = {"mp4": files.mp4, "master": files.master, "poster": files.poster, FOOTAGE: footage}
    if files.theora is not None:
        made[THEORA] = files.theora
    return Produced(
        made,
        {**measured, **seen},
        (*admitted, *findings),
    )


def footage_source(footage: Path) -> Source:
    """The source that a sequence draws its crossfades from, for a clip with footage."""
    from arena_assets.inspect.footage import admit_footage
    from arena_assets.video.conform import FootageSource

    return FootageSource(admit_footage(footage))

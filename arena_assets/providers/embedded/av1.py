"""AV1 beside the other files of a final video, for those who asked for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from arena_assets.domain.recipe import Produced, WorkContext

if TYPE_CHECKING:
    from arena_assets.inspect.video import Expected
    from arena_assets.video.profile import Profile


def add_av1(
    made: Produced,
    context: WorkContext,
    check_cancelled: Callable[[], None],
    profile: Profile,
    expected: Expected,
) -> Produced:
    """What was made, and with it the final video as AV1 and Opus under the role ``av1``."""
    from arena_assets.inspect.video import check_av1
    from arena_assets.video.av1 import encode_av1

    path = context.workdir / "video_av1.mp4"
    encode_av1(
        context.input("edit"),
        context.input("track"),
        profile,
        path,
        progress=lambda fraction: context.progress(fraction, "encoding AV1"),
        check_cancelled=check_cancelled,
    )
    measured, findings = check_av1(path, expected)
    return replace(
        made,
        files={**made.files, "av1": path},
        measurements={
            **made.measurements,
            **{f"av1_{name}": value for name, value in measured.items()},
        },
        findings=(*made.findings, *findings),
    )

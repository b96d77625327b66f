"""MoviePy: the adapter for edits made by hand, and the pipeline the fast one is measured against.

MoviePy is imported when first used, as it brings a lot with it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from arena_assets.domain.sequences import Sequence
from arena_assets.domain.views import CLIP_FRAMES
from arena_assets.video.canvas import Canvas
from arena_assets.video.motion import pose_at
from arena_assets.video.profile import Profile
from arena_assets.video.shot import ClipSource, Shot
from arena_assets.video.still import frame_rgb
from arena_assets.video.timeline import repeats, spans

if TYPE_CHECKING:
    from moviepy import VideoClip


def as_moviepy_clip(source: ClipSource, profile: Profile, frames: int = CLIP_FRAMES) -> VideoClip:
    """A camera move as a MoviePy clip of ``frames`` frames, for compositions made by hand.

    Close it like any other; it holds one picture and no process.
    """
    from moviepy import VideoClip

    shot = Shot(source, profile)
    canvas = Canvas(profile)

    def frame_at(seconds: float) -> npt.NDArray[np.uint8]:
        # Rounded, not truncated: t = 0.3333 · 30 is frame 10, and MoviePy asks with such errors.
        shot.draw(min(frames - 1, max(0, round(seconds * profile.fps))), canvas)
        return frame_rgb(canvas.frame, profile.width)

    clip = VideoClip(frame_function=frame_at, duration=frames / profile.fps)
    return clip.with_fps(profile.fps)


def reference_clip(
    source: ClipSource, profile: Profile, out: Path, frames: int = CLIP_FRAMES
) -> None:
    """A clip as MoviePy's manual does it: a picture resized and placed anew at every instant."""
    from moviepy import CompositeVideoClip, ImageClip

    aspect = profile.width / profile.height
    size = (profile.width, profile.height)

    def zoom(seconds: float) -> float:
        pose = pose_at(source.motion, source.strength, round(seconds * profile.fps), aspect)
        return float(pose.zoom * profile.width / picture_width)

    def corner(seconds: float) -> tuple[int, int]:
        pose = pose_at(source.motion, source.strength, round(seconds * profile.fps), aspect)
        left = (0.5 - pose.zoom * (0.5 + pose.x + pose.side_x)) * profile.width
        top = (0.5 - pose.zoom * (0.5 + aspect * (pose.y + pose.side_y))) * profile.height
        return round(left), round(top)

    with contextlib.ExitStack() as opened:
        picture = ImageClip(str(source.picture)).with_duration(frames / profile.fps)
        opened.callback(picture.close)
        picture_width = picture.w
        placed = picture.resized(zoom).with_position(corner)
        video = CompositeVideoClip([placed], size=size)
        opened.callback(video.close)
        _write(video, out, profile)


def reference_sequence(
    sequence: Sequence, clips: Mapping[int, Path], profile: Profile, out: Path
) -> None:
    """A sequence of finished clips with crossfades; ``clips`` are as long as it needs them."""
    from moviepy import CompositeVideoClip, VideoFileClip, vfx

    with contextlib.ExitStack() as opened:
        parts = []
        start = 0
        for _ in range(repeats(sequence)):
            for span in spans(sequence):
                clip = VideoFileClip(str(clips[span.clip]))
                opened.callback(clip.close)  # closing the composition leaves its sources open
                # MoviePy reads a file's length in hundredths of a second: 163 frames are 5.43.
                end = min(span.length / profile.fps, clip.duration)
                part = clip.subclipped(0, end).with_start(start / profile.fps)
                if start:
                    fade = vfx.CrossFadeIn(span.fade_in / profile.fps)
                    part = part.with_effects([fade])
                parts.append(part)
                start += span.length - (span.fade_out or 0)
        video = CompositeVideoClip(parts, size=(profile.width, profile.height))
        opened.callback(video.close)
        _write(video.with_duration(sequence.frames / profile.fps), out, profile)


def reference_final(sequence_mp4: Path, track: Path, profile: Profile, out: Path) -> None:
    """A sequence with its track, encoded once more, as ``write_videofile`` does."""
    from moviepy import AudioFileClip, VideoFileClip

    with contextlib.ExitStack() as opened:
        video = VideoFileClip(str(sequence_mp4))
        opened.callback(video.close)
        sound = AudioFileClip(str(track))
        opened.callback(sound.close)
        scored = video.with_audio(sound.subclipped(0, min(sound.duration, video.duration)))
        _write(scored, out, profile, audio_codec="aac", temp_audiofile_path=str(out.parent))


def _write(video: Any, out: Path, profile: Profile, **options: object) -> None:
    video.write_videofile(str(out), fps=profile.fps, codec="libx264", logger=None, **options)

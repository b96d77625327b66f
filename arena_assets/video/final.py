"""The final video: a sequence with its track, as MP4 and for the game as Ogg, and its pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arena_assets.domain.sequences import Sequence, SequenceKind, sequence_by_kind
from arena_assets.video.files import need_room, scratch_folder, whole_file
from arena_assets.video.opening import open_media
from arena_assets.video.packets import read_segment, write_mp4
from arena_assets.video.profile import Profile
from arena_assets.video.sound import RATE, encode_aac, read_track, write_wav
from arena_assets.video.still import RgbArray, frame_rgb, write_animation, write_still
from arena_assets.video.theora import encode_theora, encode_vorbis, join_ogg
from arena_assets.video.timeline import cycle_frames, poster_frame, repeats

_PREVIEW_SECONDS = 4
_PREVIEW_RATE = 10
"""Pictures per second of an animated preview."""
_LOOP_HASTE = 10
"""Of a loop every so many frames are shown, that is all of it, but faster."""
_PREVIEW_WIDTH = 384
_POSTER_WIDTH = 1280
_MP4_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class VideoFiles:
    """``mp4`` H.264 + AAC, ``ogv`` Theora + Vorbis, ``poster`` WebP, ``preview`` animated WebP."""

    mp4: Path
    ogv: Path
    poster: Path
    preview: Path


def score_sequence(
    sequence_mp4: Path,
    track_wav: Path,
    kind: SequenceKind,
    profile: Profile,
    out_dir: Path,
    *,
    theora: Path | None = None,
    workers: int = 2,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> VideoFiles:
    """Join a sequence and its track into ``out_dir`` as video.mp4, .ogv and two WebP pictures.

    The MP4 copies the sequence's pictures; the sound is exactly as long as they are. The Ogg file
    copies those of ``theora``, what ``assemble_sequence`` wrote for the game; without it the MP4's
    are encoded once more, by ``workers`` encoders side by side; bytes don't depend on how many.
    """
    sequence = sequence_by_kind(kind)
    files = VideoFiles(
        out_dir / "video.mp4",
        out_dir / "video.ogv",
        out_dir / "poster.webp",
        out_dir / "preview.webp",
    )
    need_room(out_dir, sequence.frames * profile.width * profile.height // 6)
    score_mp4(sequence_mp4, track_wav, profile, files.mp4)
    check_cancelled()
    _write_pictures(sequence_mp4, sequence, files, profile.fps)
    progress(_MP4_SHARE)
    score_ogv(
        sequence_mp4,
        track_wav,
        sequence,
        profile,
        files.ogv,
        theora=theora,
        workers=workers,
        progress=lambda share: progress(_MP4_SHARE + (1 - _MP4_SHARE) * share),
        check_cancelled=check_cancelled,
    )
    return files


def score_mp4(sequence_mp4: Path, track: Path, profile: Profile, out: Path) -> None:
    """A sequence's pictures, copied, with its track as AAC."""
    segment = read_segment(sequence_mp4, profile.fps)
    sound = read_track(track, len(segment.pictures) * RATE // profile.fps)
    audio = encode_aac(sound, profile.audio_bit_rate)
    with whole_file(out) as temporary:
        write_mp4(temporary, segment, sequence_mp4, profile.fps, audio)


def score_ogv(
    sequence_mp4: Path,
    track: Path,
    sequence: Sequence,
    profile: Profile,
    out: Path,
    *,
    theora: Path | None = None,
    workers: int = 2,
    progress: Callable[[float], None],
    check_cancelled: Callable[[], None],
) -> None:
    """A sequence as Theora with its track as Vorbis; a loop is its one cycle, repeated."""
    with scratch_folder(out.parent) as name:
        folder = Path(name)
        sound = read_track(track, sequence.frames * RATE // profile.fps)
        write_wav(sound, folder / "track.wav")
        encode_vorbis(folder / "track.wav", folder / "track.ogg", check_cancelled=check_cancelled)
        chunks = (
            [theora]
            if theora
            else encode_theora(
                sequence_mp4,
                cycle_frames(sequence),
                profile,
                folder,
                workers=workers,
                progress=progress,
                check_cancelled=check_cancelled,
            )
        )
        with whole_file(out) as temporary:
            join_ogg(
                chunks,
                repeats(sequence),
                folder / "track.ogg",
                temporary,
                frames=sequence.frames,
                fps=profile.fps,
            )
    progress(1.0)


def preview_frames(sequence: Sequence, fps: int) -> range:
    """The frames of an animated preview: the first seconds, or of a loop one whole cycle.

    A preview repeats, so one of a loop must end where it begins.
    """
    if sequence.loops:
        return range(0, cycle_frames(sequence), _LOOP_HASTE)
    return range(0, min(_PREVIEW_SECONDS * fps, sequence.frames), fps // _PREVIEW_RATE)


def _write_pictures(video: Path, sequence: Sequence, files: VideoFiles, fps: int) -> None:
    poster, wanted = poster_frame(sequence), preview_frames(sequence, fps)
    last = max(poster, wanted[-1])
    shown: list[RgbArray] = []
    with open_media(video) as container:
        for index, frame in enumerate(container.decode(container.streams.video[0])):
            if index == poster:
                with whole_file(files.poster) as temporary:
                    write_still(frame_rgb(frame, _POSTER_WIDTH), temporary)
            if index in wanted:
                shown.append(frame_rgb(frame, _PREVIEW_WIDTH))
            if index == last:
                break
    with whole_file(files.preview) as temporary:
        write_animation(shown, temporary, seconds=len(shown) / _PREVIEW_RATE)

"""The embedded video engine as makers: clips, edits and finished videos."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from pydantic import JsonValue

from arena_assets.domain.manifest import FileRef, Finding, SlotManifest
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.sequences import Sequence
from arena_assets.domain.slots import CLIPS, SEQUENCE_SET, VIDEOS, clip_slot
from arena_assets.domain.views import (
    CLIP_FRAMES,
    FPS,
    MOTION_STRENGTH,
    Motion,
    View,
    view_by_number,
)
from arena_assets.providers.base import Outline, RecipeFor
from arena_assets.providers.embedded.av1 import add_av1
from arena_assets.providers.embedded.identity import PROVIDER, Quality
from arena_assets.providers.footage import FOOTAGE, THEORA, footage_source
from arena_assets.providers.versions import VERSIONS

if TYPE_CHECKING:
    from arena_assets.inspect.video import Expected
    from arena_assets.video.profile import Profile
    from arena_assets.video.shot import Source

_MODEL = "video-engine"
_WILDER, _CALMER = 1.25, 0.6


@dataclass(frozen=True, slots=True)
class Delivery:
    """The size and quality videos are delivered in."""

    width: int
    height: int
    quality: Quality

    def profile(self) -> Profile:
        from arena_assets.video.profile import profile_for

        return profile_for(self.quality, self.width, self.height)

    def params(self) -> dict[str, JsonValue]:
        return dict(asdict(self))

    def expected(self, frames: int, sequence: Sequence | None = None) -> Expected:
        """What a delivered file of that many frames has to be."""
        from arena_assets.inspect.video import Expected
        from arena_assets.video.timeline import cycle_frames

        loops = sequence is not None and sequence.loops
        cycle = cycle_frames(sequence) if sequence is not None and loops else None
        return Expected(self.width, self.height, FPS, frames, loops=loops, cycle=cycle)


@dataclass(frozen=True, slots=True)
class EmbeddedClips:
    """Moves the camera over one picture, with its depth where the motion shows depth."""

    delivery: Delivery

    @property
    def at_once(self) -> None:
        return None

    def recipe(self, outline: Outline, view: View, picture: SlotManifest) -> RecipeFor:
        inputs: dict[str, FileRef] = {
            role: picture.file(role) for role in ("picture", "depth") if role in picture.files
        }

        def for_take(take: int) -> Recipe:
            strength = _strength(outline, view, take)
            return Recipe(
                name=CLIPS,
                version=VERSIONS[CLIPS],
                inputs=inputs,
                params={
                    "clip": view.number,
                    "motion": view.motion.value,
                    "strength": strength,
                    **self.delivery.params(),
                },
                provider=PROVIDER,
                model=_MODEL,
                work=lambda context: self._render(context, view, strength, "depth" in inputs),
            )

        return for_take

    def _render(
        self, context: WorkContext, view: View, strength: float, has_depth: bool
    ) -> Produced:
        from arena_assets.inspect.video import check_clip
        from arena_assets.video.clip import render_clip
        from arena_assets.video.limits import limits
        from arena_assets.video.timeline import cut_points, solo_parts

        profile = self.delivery.profile()
        files = render_clip(
            context.input("picture"),
            context.input("depth") if has_depth else None,
            view.motion,
            strength,
            profile,
            context.workdir,
            cuts=cut_points(view.number),
            theora=solo_parts(view.number),
            progress=lambda fraction: context.progress(fraction, "moving the camera"),
            check_cancelled=limits().within_time(context.check_cancelled),
        )
        measurements, findings = check_clip(files.mp4, self.delivery.expected(CLIP_FRAMES))
        made = {"mp4": files.mp4, "master": files.master, "poster": files.poster}
        if files.theora is not None:
            made[THEORA] = files.theora
        return Produced(made, measurements, findings)


def _strength(outline: Outline, view: View, take: int) -> float:
    """The motion's strength: the product's for take 1, another near it for each later take."""
    standard = MOTION_STRENGTH[view.motion]
    if take == 1:
        return standard
    factor = random.Random(  # noqa: S311
        outline.seed(clip_slot(view.number), take)
    ).uniform(_CALMER, _WILDER)
    return round(standard * factor, 4)


@dataclass(frozen=True, slots=True)
class EmbeddedEditor:
    """Cuts sequences out of the clips' own packets; only crossfades are drawn anew."""

    delivery: Delivery

    def recipe(
        self, outline: Outline, sequence: Sequence, clips: Mapping[int, SlotManifest]
    ) -> RecipeFor:
        del outline
        inputs: dict[str, FileRef] = {}
        moves: dict[str, JsonValue] = {}
        for number, clip in clips.items():
            inputs[f"master_{number:02d}"] = clip.file("master")
            if all(THEORA in each.files for each in clips.values()):
                inputs[f"{THEORA}_{number:02d}"] = clip.file(THEORA)
            if FOOTAGE in clip.files:
                inputs[f"{FOOTAGE}_{number:02d}"] = clip.file(FOOTAGE)
                continue
            for role, ref in clip.provenance.inputs.items():
                inputs[f"{role}_{number:02d}"] = ref
            moves[f"{number:02d}"] = clip.provenance.params["strength"]

        def for_take(take: int) -> Recipe:
            del take
            return Recipe(
                name=SEQUENCE_SET,
                version=VERSIONS[SEQUENCE_SET],
                inputs=inputs,
                params={"sequence": sequence.slot, "strength": moves, **self.delivery.params()},
                provider=PROVIDER,
                model=_MODEL,
                work=lambda context: self._cut(context, sequence, inputs, clips),
            )

        return for_take

    def _cut(
        self,
        context: WorkContext,
        sequence: Sequence,
        inputs: Mapping[str, FileRef],
        clips: Mapping[int, SlotManifest],
    ) -> Produced:
        from arena_assets.inspect.video import check_sequence
        from arena_assets.video.limits import limits
        from arena_assets.video.sequence import assemble_sequence
        from arena_assets.video.shot import ClipSource

        sources: dict[int, Source] = {}
        for number, clip in clips.items():
            if FOOTAGE in clip.files:
                sources[number] = footage_source(context.input(f"{FOOTAGE}_{number:02d}"))
                continue
            params = clip.provenance.params
            depth = f"depth_{number:02d}"
            sources[number] = ClipSource(
                picture=context.input(f"picture_{number:02d}"),
                depth=context.input(depth) if depth in inputs else None,
                motion=Motion(str(params.get("motion", view_by_number(number).motion.value))),
                strength=float(str(params["strength"])),
            )
        solos = {
            number: context.input(role)
            for number in clips
            if (role := f"{THEORA}_{number:02d}") in inputs
        }
        coded = context.workdir / "game.ogv"
        profile = self.delivery.profile()
        out = assemble_sequence(
            sequence,
            {number: context.input(f"master_{number:02d}") for number in clips},
            sources,
            profile,
            context.workdir / "sequence.mp4",
            theora=solos or None,
            theora_out=coded,
            progress=lambda fraction: context.progress(fraction, "cutting"),
            check_cancelled=limits().within_time(context.check_cancelled),
        )
        measurements, findings = check_sequence(
            out, self.delivery.expected(sequence.frames, sequence)
        )
        made = {"mp4": out, THEORA: coded} if solos else {"mp4": out}
        return Produced(made, measurements, findings)


@dataclass(frozen=True, slots=True)
class EmbeddedFinisher:
    """Joins a sequence with its track: MP4 with the packets as they are, and OGV for Godot."""

    delivery: Delivery
    av1: bool = False

    def recipe(
        self, outline: Outline, sequence: Sequence, edit: SlotManifest, track: SlotManifest
    ) -> RecipeFor:
        del outline
        inputs = {"edit": edit.file("mp4"), "track": track.file("wav")}
        if THEORA in edit.files:
            inputs[THEORA] = edit.file(THEORA)

        def for_take(take: int) -> Recipe:
            del take
            return Recipe(
                name=VIDEOS,
                version=VERSIONS[VIDEOS],
                inputs=inputs,
                params={
                    "sequence": sequence.slot,
                    **self.delivery.params(),
                    **({"av1": True} if self.av1 else {}),
                },
                provider=PROVIDER,
                model=_MODEL,
                work=lambda context: self._finish(context, sequence, edit),
            )

        return for_take

    def _finish(self, context: WorkContext, sequence: Sequence, edit: SlotManifest) -> Produced:
        from arena_assets.inspect.video import check_final, check_ogv
        from arena_assets.video.final import score_sequence
        from arena_assets.video.limits import limits

        check = limits().within_time(context.check_cancelled)
        profile = self.delivery.profile()
        files = score_sequence(
            context.input("edit"),
            context.input("track"),
            sequence.kind,
            profile,
            context.workdir,
            theora=context.input(THEORA) if THEORA in edit.files else None,
            workers=limits().cores,
            progress=lambda fraction: context.progress(fraction, "encoding for the game"),
            check_cancelled=check,
        )
        expected = self.delivery.expected(sequence.frames, sequence)
        # The MP4 copies the edit's coded pictures, which were decoded and looked at there.
        measured, findings = check_final(files.mp4, replace(expected, decode=False))
        expected = replace(expected, edit_seam=float(edit.measurements.get("seam_change") or 0))
        ogv_measured, ogv_findings = check_ogv(files.ogv, expected)
        copied = measured["pictures_sha256"] == edit.measurements["pictures_sha256"]
        same = Finding(
            check="pictures copied",
            passed=copied,
            said="the coded pictures are the edit's own" if copied else "the pictures differ",
        )
        produced = Produced(
            {"mp4": files.mp4, "ogv": files.ogv, "poster": files.poster, "preview": files.preview},
            {**measured, **{f"ogv_{name}": value for name, value in ogv_measured.items()}},
            (*findings, same, *ogv_findings),
        )
        return add_av1(produced, context, check, profile, expected) if self.av1 else produced

"""Is every delivered form of a track as good as its master: length, peak, and the loop's seam.

A coder that loses something hears silence where a loop goes round, unless it was told otherwise;
so each form is decoded as a player does it and measured at its own wrap.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from arena_assets.domain.manifest import Finding, Measurement
from arena_assets.domain.sequences import (
    LOUDNESS_LUFS,
    TRACK_LENGTH_TOLERANCE_SECONDS,
    TRUE_PEAK_CEILING_DBTP,
    Sequence,
)
from arena_assets.inspect.sound import (
    SEAM_CLICK_LIMIT,
    SEAM_STEP_LIMIT_DB,
    SoundFacts,
    check_track,
    measure_sound,
)

MASTER = "wav"
FORMS = ("flac", "ogg", "opus", "mp3")
"""What is delivered besides the master."""


def check_files(
    paths: Mapping[str, Path], sequence: Sequence, lufs: float = LOUDNESS_LUFS
) -> tuple[dict[str, Measurement], tuple[Finding, ...]]:
    """What :func:`~arena_assets.inspect.sound.check_track` says of the master ``wav``, which should
    have ``lufs``, and one finding for each other form.

    Raises ContentFault when a file cannot be opened as sound, KeyError when a form is missing.
    """
    measured, findings = check_track(paths[MASTER], sequence, lufs)
    seams: dict[str, Measurement] = {}
    more = []
    for form in FORMS:
        facts = measure_sound(paths[form])
        problems = _problems(facts, sequence)
        said = f"{facts.seconds:.3f} s, {facts.true_peak_dbtp:.2f} dBTP"
        if sequence.loops:
            seams[f"seam_click_{form}"] = round(facts.seam_click, 2)
            said += f", the wrap bends {facts.seam_click:.2f} times as sharply as the music"
        said = "; ".join(problems) or said
        more.append(Finding(check=f"form_{form}", passed=not problems, said=f"{form}: {said}"))
    return {**measured, **seams}, (*findings, *more)


def _problems(facts: SoundFacts, sequence: Sequence) -> list[str]:
    """What is wrong with one form, each with its limit."""
    found = []
    if abs(facts.seconds - sequence.seconds) > TRACK_LENGTH_TOLERANCE_SECONDS:
        found.append(f"{facts.seconds:.3f} s long; {sequence.seconds} s ± 0.02 is asked for")
    if facts.channels != 2:
        found.append(f"{facts.channels} channels; 2 are asked for")
    if facts.true_peak_dbtp > TRUE_PEAK_CEILING_DBTP:
        found.append(f"peaks at {facts.true_peak_dbtp:.2f} dBTP; at most −1 is allowed")
    if sequence.loops and facts.seam_click > SEAM_CLICK_LIMIT:
        found.append(
            f"its wrap bends {facts.seam_click:.2f} times as sharply as the music around it; "
            f"at most {SEAM_CLICK_LIMIT:g} is allowed"
        )
    if sequence.loops and facts.seam_step_db > SEAM_STEP_LIMIT_DB:
        found.append(
            f"its level steps {facts.seam_step_db:.1f} dB at the wrap; at most "
            f"{SEAM_STEP_LIMIT_DB:g} is allowed"
        )
    return found

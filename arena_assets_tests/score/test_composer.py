"""What is written on paper: form, motif, harmony, and how arenas differ."""

from __future__ import annotations

import struct

import pytest

from arena_assets.domain.palette import ManaColor, Theme
from arena_assets.domain.sequences import SEQUENCES, SequenceKind
from arena_assets.score.brief import ScoreBrief
from arena_assets.score.composer import compose, compose_all
from arena_assets.score.composition import UNPITCHED, Composition, Part
from arena_assets.score.motif import find_motif
from arena_assets.score.theory import lead_voices


def brief(theme: Theme, color: ManaColor = ManaColor.AZURE, seed: int = 1) -> ScoreBrief:
    return ScoreBrief(theme=theme, mana_color=color, difficulty=3, seed=seed)


@pytest.mark.parametrize("theme", Theme)
def test_every_track_states_the_motif(theme: Theme) -> None:
    for seed, color in enumerate(ManaColor):
        for kind, score in compose_all(brief(theme, color, seed)).items():
            found = find_motif(score.motif, score.parts[Part.LEAD], score.mode, score.tonic)
            assert found, f"{kind} of {theme}/{color}/{seed} has no motif"


def test_a_line_without_the_motif_is_not_taken_for_it() -> None:
    score = compose(brief(Theme.ANCIENT_TEMPLE), SequenceKind.MAIN)
    upside_down = [
        note.model_copy(update={"pitch": 2 * score.tonic - note.pitch + 24})
        for note in score.parts[Part.LEAD]
    ]
    assert not find_motif(score.motif, upside_down[:4], score.mode, score.tonic)


@pytest.mark.parametrize("theme", Theme)
def test_victory_comes_home_and_hazard_does_not(theme: Theme) -> None:
    tracks = compose_all(brief(theme, ManaColor.CRIMSON))
    victory, hazard = tracks[SequenceKind.VICTORY], tracks[SequenceKind.HAZARD]
    assert last(victory, Part.LEAD) == 0
    assert last(victory, Part.BASS) == 0
    assert last(hazard, Part.LEAD) != 0
    assert last(hazard, Part.BASS) != 0


def last(score: Composition, part: Part) -> int:
    """Semitones of a part's last note above the tonic, octaves apart."""
    return (max(score.parts[part], key=lambda note: note.start).pitch - score.tonic) % 12


def test_notes_lie_within_the_track() -> None:
    for theme in Theme:
        for score in compose_all(brief(theme)).values():
            beats = score.seconds / score.seconds_per_beat
            for notes in score.parts.values():
                assert all(note.start < beats for note in notes)
                if not score.loops:
                    assert all(note.start + note.beats <= beats + 0.01 for note in notes)


def test_a_loop_is_whole_bars() -> None:
    for theme in Theme:
        score = compose(brief(theme), SequenceKind.AMBIENT)
        seconds = score.bars * score.beats_per_bar * score.seconds_per_beat
        assert seconds == pytest.approx(60, abs=1e-4)


def test_equal_briefs_make_equal_scores() -> None:
    wanted = brief(Theme.DESERT_OASIS)
    for sequence in SEQUENCES:
        assert compose(wanted, sequence.kind) == compose(wanted, sequence.kind)


@pytest.mark.parametrize("theme", Theme)
def test_another_take_stays_in_the_suite_and_plays_other_lines(theme: Theme) -> None:
    first = brief(theme, seed=3)
    assert compose_all(first.model_copy(update={"suite_seed": 3})) == compose_all(first)
    for seed in (4, 5):
        other = compose_all(first.model_copy(update={"seed": seed, "suite_seed": 3}))
        for kind, score in compose_all(first).items():
            assert shared(other[kind]) == shared(score)
            assert struck(other[kind], Part.LEAD) == struck(score, Part.LEAD)
            assert other[kind].instruments[Part.LEAD] != score.instruments[Part.LEAD]
            onsets = [
                {at for at, _ in struck(each, Part.OSTINATO)} for each in (score, other[kind])
            ]
            assert onsets[0] != onsets[1]
            notes = [
                {(part, *note) for part in each.parts for note in struck(each, part)}
                for each in (score, other[kind])
            ]
            assert len(notes[0] ^ notes[1]) > 0.15 * len(notes[0] | notes[1])


def shared(score: Composition) -> tuple[object, ...]:
    """What all takes of a track have in common."""
    return score.tonic, score.mode, score.tempo_bpm, score.bars, score.motif, score.chords


def struck(score: Composition, part: Part) -> set[tuple[float, int]]:
    """When a part strikes which pitches."""
    return {(note.start, note.pitch) for note in score.parts[part]}


def test_seeds_and_themes_make_different_music() -> None:
    motifs = {
        compose(brief(Theme.SHADOW_REALM, seed=s), SequenceKind.MAIN).motif for s in range(12)
    }
    assert len(motifs) >= 11
    casts = {
        tuple(sorted(compose(brief(theme), SequenceKind.MAIN).instruments.items()))
        for theme in Theme
    }
    assert len(casts) == len(Theme)


def test_the_five_kinds_differ_as_their_uses_do() -> None:
    tracks = compose_all(brief(Theme.ANCIENT_TEMPLE, ManaColor.CRIMSON))
    density = {
        kind: sum(len(notes) for part, notes in score.parts.items() if part in UNPITCHED)
        / score.seconds
        for kind, score in tracks.items()
    }
    assert density[SequenceKind.AMBIENT] < 0.5 < density[SequenceKind.MAIN]
    assert density[SequenceKind.HAZARD] > density[SequenceKind.MAIN]
    assert tracks[SequenceKind.HAZARD].tempo_bpm > tracks[SequenceKind.AMBIENT].tempo_bpm * 1.3


def test_the_midi_file_holds_the_score() -> None:
    score = compose(brief(Theme.STEAMPUNK_FACTORY), SequenceKind.MAIN)
    data = score.to_midi()
    length, kind, tracks, division = struct.unpack(">IHHH", data[4:14])
    assert (data[:4], length, kind, division) == (b"MThd", 6, 1, 480)
    at, ticks, struck = 14, [], 0
    while at < len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "big")
        assert name == b"MTrk"
        end, notes = track_events(data[at + 8 : at + 8 + size])
        ticks.append(end)
        struck += notes
        at += 8 + size
    assert len(ticks) == tracks
    assert ticks[0] / 480 * score.seconds_per_beat == pytest.approx(score.seconds, abs=0.01)
    assert struck == sum(
        len(notes) for part, notes in score.parts.items() if part is not Part.EFFECTS
    )


def track_events(body: bytes) -> tuple[int, int]:
    """The last tick of a MIDI track and how many notes it strikes; fails on a malformed one."""
    at, tick, struck = 0, 0, 0
    while at < len(body):
        delta = 0
        while True:
            delta, more, at = delta << 7 | body[at] & 0x7F, body[at] & 0x80, at + 1
            if not more:
                break
        tick += delta
        status = body[at]
        if status == 0xFF:
            at += 3 + body[at + 2]
        else:
            assert status & 0xF0 in (0x80, 0x90, 0xC0)
            struck += status & 0xF0 == 0x90
            at += 2 if status & 0xF0 == 0xC0 else 3
    assert body[-3:] == b"\xff\x2f\x00"
    return tick, struck


def test_a_score_survives_json() -> None:
    score = compose(brief(Theme.ETHEREAL_VOID), SequenceKind.INTRO)
    assert Composition.model_validate_json(score.model_dump_json()) == score


def test_voices_move_little_from_chord_to_chord() -> None:
    first = lead_voices((0, 4, 7), None, 57)
    second = lead_voices((5, 9, 0), first, 57)
    assert sum(abs(a - b) for a, b in zip(first, second, strict=True)) <= 6

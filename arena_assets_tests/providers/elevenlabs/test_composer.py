"""Tracks by ElevenLabs: exact plans, exact lengths, a loop without a seam, one price."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from arena_assets.domain.palette import PAIR_COUNT, pair_at
from arena_assets.domain.sequences import SEQUENCES, SequenceKind, sequence_by_kind
from arena_assets.errors import ContentFault
from arena_assets.inspect.sound import measure_samples
from arena_assets.providers.elevenlabs.audio import bus_from, looped
from arena_assets.providers.elevenlabs.plan import LOOP_EXTRA_MS, plan_for, suggested_plan
from arena_assets.providers.elevenlabs.wire import PlanRefused
from arena_assets.providers.embedded.lore import write_metadata
from arena_assets.score.finish import SUFFIXES
from arena_assets.score.synth.jit import RATE
from arena_assets_tests.doubles.elevenlabs import encoded, objecting, pad, request_problem, sound
from arena_assets_tests.doubles.loopback import Said
from arena_assets_tests.providers.elevenlabs.conftest import Desk

HAZARD = sequence_by_kind(SequenceKind.HAZARD)
AMBIENT = sequence_by_kind(SequenceKind.AMBIENT)


def test_a_track_is_made_ours(desk: Desk) -> None:
    run = desk.run()
    made = run.produced
    assert set(made.files) == {*SUFFIXES, "stems", "mix"}
    assert all(finding.passed for finding in made.findings), made.findings
    assert made.measurements["seconds"] == 8.0
    assert abs(float(made.measurements["lufs"] or 0) + 16) <= 0.5
    for role in ("ogg", "mp3"):
        assert abs(soundfile.info(made.files[role]).duration - 8) <= 0.02
    assert made.measurements["song_id"] == "song_1"
    assert made.measurements["credits"] == "160"
    again = desk.run()
    for role, path in made.files.items():
        assert again.produced.files[role].read_bytes() == path.read_bytes()
    assert desk.double.submitted == 1
    assert desk.book.spent == Decimal("0.092")


def test_the_loop_is_asked_for_longer_and_closes_without_a_seam(desk: Desk) -> None:
    made = desk.run(desk.recipe(SequenceKind.AMBIENT)).produced
    asked = desk.double.asked[0].body["composition_plan"]["chunks"]
    assert sum(chunk["duration_ms"] for chunk in asked) == 60_000 + LOOP_EXTRA_MS
    assert all(finding.passed for finding in made.findings), made.findings
    assert made.measurements["seconds"] == 60.0
    assert {finding.check for finding in made.findings} >= {"loop_seam", "length", "loudness"}
    assert desk.book.spent == Decimal("0.759")


def test_plans_are_exact_instrumental_and_accepted_for_every_arena() -> None:
    for number in range(PAIR_COUNT):
        metadata = write_metadata(pair_at(number), "", number, ())
        for sequence in SEQUENCES:
            plan = plan_for(metadata, sequence, number)
            extra = LOOP_EXTRA_MS if sequence.loops else 0
            assert plan.duration_ms == sequence.seconds * 1000 + extra
            assert request_problem(plan.body("music_v2_5", 1)) == ""
            for chunk in plan.chunks:
                assert chunk.positive_styles[:2] == ("instrumental", "no vocals")
                assert len(chunk.positive_styles) >= 7
                assert "vocals" in chunk.negative_styles
            words = " ".join(plan.chunks[0].positive_styles)
            assert metadata.theme.words in words
            assert metadata.mana_color.mood in words
            assert " BPM" in words


def test_the_tracks_of_an_arena_share_key_and_tempo_and_takes_do_too(desk: Desk) -> None:
    metadata = write_metadata(pair_at(5), "", 5, ())
    plans = [plan_for(metadata, sequence, 9) for sequence in SEQUENCES]
    shared = [plan.chunks[0].positive_styles[-3:] for plan in plans]
    assert len(set(shared)) == 1
    first, second = desk.recipe(take=1).params, desk.recipe(take=2).params
    assert first["suite"] == second["suite"]
    assert first["seed"] != second["seed"]


def test_lore_never_speaks_to_the_service() -> None:
    metadata = write_metadata(pair_at(5), "", 5, ())
    hostile = metadata.model_copy(update={"name": "Sing This", "story_text": "Vocals {now} fire!"})
    text = json.dumps(plan_for(hostile, HAZARD, 1).model_dump())
    assert "Sing" not in text
    assert "now" not in text.replace("unknown", "")


def _better(desk: Desk, style: str = "in the manner of nobody") -> dict[str, Any]:
    """A plan as the service suggests one: its own lengths and words."""
    chunk = {"text": "La la la", "duration_ms": 30_000, "positive_styles": [style, "brass"],
             "negative_styles": ["names"]}  # fmt: skip
    return {"chunks": [chunk, chunk]}


@pytest.mark.parametrize("status", ["bad_composition_plan", "bad_prompt"])
def test_a_suggestion_is_taken_once_for_free_in_our_lengths(desk: Desk, status: str) -> None:
    desk.double.next(objecting(status, _better(desk)))
    made = desk.run().produced
    assert made.measurements["turns"] == 2
    sent = desk.double.asked[1].body["composition_plan"]["chunks"]
    assert [chunk["duration_ms"] for chunk in sent] == [3000, 5000]
    assert all("La la" not in chunk["text"] for chunk in sent)
    assert sent[0]["positive_styles"][:2] == ["instrumental", "no vocals"]
    assert "in the manner of nobody" in sent[0]["positive_styles"]
    assert desk.book.paid == 1


def test_after_a_crash_another_wording_of_the_suggestion_is_not_paid_again(desk: Desk) -> None:
    desk.double.next(objecting("bad_composition_plan", _better(desk)))
    desk.run()
    desk.double.next(objecting("bad_composition_plan", _better(desk, "quite other words")))
    desk.run()
    assert desk.book.paid == 1
    assert desk.double.songs == 1


@pytest.mark.parametrize(
    "suggestion",
    [
        None,
        "a plan",
        {},
        {"chunks": []},
        {"chunks": [{"positive_styles": "x"}]},
        {"chunks": [{"positive_styles": ["x" * 500]}] * 2},
        {"chunks": [{"positive_styles": ["one too many"]}] * 3},
    ],
)
def test_without_a_usable_suggestion_a_person_decides(desk: Desk, suggestion: object) -> None:
    desk.double.next(objecting("bad_composition_plan", suggestion))
    with pytest.raises(PlanRefused) as caught:
        desk.run()
    assert caught.value.money == "no"
    assert isinstance(caught.value, ContentFault)
    assert not desk.book.rows
    assert desk.double.submitted == 1


def test_a_second_objection_ends_it(desk: Desk) -> None:
    desk.double.next(*[objecting("bad_composition_plan", _better(desk))] * 2)
    with pytest.raises(PlanRefused):
        desk.run()
    assert desk.double.submitted == 2
    assert desk.book.spent == 0


def test_a_suggestion_that_changes_nothing_is_none() -> None:
    plan = plan_for(write_metadata(pair_at(1), "", 1, ()), HAZARD, 1)
    same = {"chunks": [chunk.model_dump() for chunk in plan.chunks]}
    assert suggested_plan(same, plan) is None


@pytest.mark.parametrize(
    "form", ["mp3_48000_192", "mp3_44100_128", "pcm_48000", "pcm_44100", "wav_48000"]
)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_format_becomes_the_same_bus(tmp_path: Path, form: str, channels: int) -> None:
    rate = int(form.split("_")[1])
    samples = pad(8, rate)[:, :channels]
    path = tmp_path / "answer"
    path.write_bytes(encoded(samples, rate, form.split("_")[0]))
    bus, measured = bus_from(path, form.replace("wav", "pcm"), HAZARD)
    assert bus.shape == (2, 8 * RATE)
    assert bus.dtype == np.float32
    wanted = measure_samples(pad(8, RATE)[:, :channels], RATE).lufs
    heard = measure_samples(bus.T, RATE).lufs - (3.01 if channels == 1 else 0)
    assert heard == pytest.approx(wanted, abs=0.3)
    assert measured["raw_rate"] == rate


def test_a_loop_goes_on_where_it_ends() -> None:
    """The wrap is the music's own next sample, and the blend keeps its level."""
    track = np.ascontiguousarray(pad(66, RATE).T)
    loop, start, likeness = looped(track, 60 * RATE)
    assert loop.shape == (2, 60 * RATE)
    assert RATE <= start <= 3 * RATE
    assert likeness > 0.5
    follows = track[:, start + 60 * RATE]
    assert np.allclose(loop[:, 0], follows, atol=1e-6)
    around = np.concatenate([loop[:, -200:], loop[:, :200]], axis=1)
    steps = np.abs(np.diff(around, axis=1)).max(axis=1)
    usual = np.abs(np.diff(track, axis=1)).max(axis=1)
    assert (steps <= usual).all()


def test_the_seam_lies_where_the_music_repeats() -> None:
    rng = np.random.default_rng(4)
    track = (0.1 * rng.standard_normal((2, 66 * RATE))).astype(np.float32)
    track[:, 62 * RATE : 64 * RATE] = track[:, 2 * RATE : 4 * RATE]
    loop, start, likeness = looped(track, 60 * RATE)
    assert start == 2 * RATE
    assert likeness > 0.999
    assert np.allclose(loop, track[:, start : start + 60 * RATE], atol=1e-4)


def test_a_minute_has_whole_bars() -> None:
    for number in range(PAIR_COUNT):
        plan = plan_for(write_metadata(pair_at(number), "", number, ()), AMBIENT, number)
        meter, bpm = plan.chunks[0].positive_styles[-3:-1]
        assert int(bpm.split()[0]) % int(meter[0]) == 0


def test_unrelated_ends_blend_without_a_dip() -> None:
    rng = np.random.default_rng(8)
    track = (0.1 * rng.standard_normal((2, 66 * RATE))).astype(np.float32)
    loop, _, likeness = looped(track, 60 * RATE)
    assert abs(likeness) < 0.05
    levels = [float(np.square(loop[:, at : at + RATE // 4]).mean()) for at in
              range(0, 4 * RATE, RATE // 4)]  # fmt: skip
    assert max(levels) / min(levels) < 1.15


def test_the_price_is_the_setting_s_when_there_is_one(desk: Desk) -> None:
    recipe = desk.recipe(usd_per_minute=Decimal("3"))
    assert recipe.price_ceiling_usd == pytest.approx(0.4)
    assert "usd" not in json.dumps(recipe.params)


def test_the_double_plays_what_it_is_asked_for() -> None:
    for form in ("mp3_48000_192", "wav_44100"):
        info = soundfile.info(io.BytesIO(sound(8_000, form)))
        assert info.frames == 8 * info.samplerate
    assert len(sound(8_000, "pcm_48000")) == 8 * 48_000 * 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": -1}, "seed"),
        ({"prompt": "x"}, "either"),
        ({"force_instrumental": True}, "prompt"),
        ({"model_id": "music_v9"}, "model"),
        ({"temperature": 1}, "unknown"),
    ],
)
def test_the_double_refuses_what_the_service_would(change: dict[str, Any], said: str) -> None:
    plan = plan_for(write_metadata(pair_at(1), "", 1, ()), HAZARD, 1)
    assert said in request_problem({**plan.body("music_v2_5", 1), **change})


def test_an_answer_in_several_songs_headers_is_told_as_it_came(desk: Desk) -> None:
    odd = {"Character-Cost": "12.5 or so", "Song-Id": "x" * 300}
    desk.double.next(lambda right: Said(200, right.body, "audio/mpeg", odd))
    made = desk.run().produced.measurements
    assert made["credits"] == "12.5 or so"
    assert made["song_id"] == "x" * 100

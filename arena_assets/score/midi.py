"""Standard MIDI files, format 1, after the MIDI 1.0 file specification (RP-001)."""

from __future__ import annotations

import struct
from itertools import pairwise

from arena_assets.score.composition import UNPITCHED, Composition, Note, Part

TICKS_PER_BEAT = 480
_PERCUSSION_CHANNEL = 9
_PROGRAMS: dict[str, int] = {
    "strings": 48, "low_strings": 48, "spiccato": 45, "violin": 40, "cello": 42,
    "warm_pad": 89, "glass_pad": 88, "dark_pad": 95, "choir_ah": 52, "choir_oo": 53,
    "horn": 60, "brass": 61, "low_brass": 57, "trumpet": 56, "flute": 73, "ocarina": 79,
    "oboe": 68, "duduk": 69, "clarinet": 71, "ondes": 78, "organ": 19, "harp": 46, "koto": 107,
    "oud": 105, "dulcimer": 15, "pizzicato": 45, "celesta": 8, "music_box": 10, "glass": 92,
    "tubular_bells": 14, "marimba": 12, "kalimba": 108, "fm_bell": 98, "contrabass": 43,
    "synth_bass": 38, "sub_bass": 39, "pluck_bass": 32, "timpani": 47, "effects": 119,
}  # fmt: skip
"""General MIDI programs (counted from 0) nearest to our patches."""


def write_midi(score: Composition) -> bytes:
    """All pitched parts on a channel each, percussion on channel 10; bytes of a ``.mid`` file."""
    chunks = [_conductor(score)]
    channel = 0
    for part, notes in score.parts.items():
        if not notes:
            continue
        if part in UNPITCHED:
            if part is not Part.EFFECTS:
                chunks.append(_track(part.value, _PERCUSSION_CHANNEL, None, notes))
            continue
        program = _PROGRAMS.get(score.instruments.get(part, ""), 48)
        chunks.append(_track(part.value, channel, program, notes))
        channel += 1 if channel + 1 != _PERCUSSION_CHANNEL else 2
    header = b"MThd" + struct.pack(">IHHH", 6, 1, len(chunks), TICKS_PER_BEAT)
    return header + b"".join(chunks)


def _conductor(score: Composition) -> bytes:
    tempo = round(60_000_000 / score.tempo_bpm).to_bytes(3, "big")
    total = round(score.seconds / score.seconds_per_beat * TICKS_PER_BEAT)
    body = b"\x00\xff\x03" + _text(f"{score.kind.value} in {score.key}")
    body += b"\x00\xff\x51\x03" + tempo
    body += b"\x00\xff\x58\x04" + bytes((score.beats_per_bar, 2, 24, 8))
    return _chunk(body + _delta(total) + b"\xff\x2f\x00")


def _track(name: str, channel: int, program: int | None, notes: tuple[Note, ...]) -> bytes:
    events: list[tuple[int, int, bytes]] = []
    for note in notes:
        begin = round(note.start * TICKS_PER_BEAT)
        end = max(begin + 1, round((note.start + note.beats) * TICKS_PER_BEAT))
        events.append((begin, 1, bytes((0x90 | channel, note.pitch, note.velocity))))
        events.append((end, 0, bytes((0x80 | channel, note.pitch, 0))))
    events.sort()
    body = b"\x00\xff\x03" + _text(name)
    if program is not None:
        body += b"\x00" + bytes((0xC0 | channel, program))
    ticks = [0, *(event[0] for event in events)]
    for (before, now), event in zip(pairwise(ticks), events, strict=True):
        body += _delta(now - before) + event[2]
    return _chunk(body + b"\x00\xff\x2f\x00")


def _chunk(body: bytes) -> bytes:
    return b"MTrk" + struct.pack(">I", len(body)) + body


def _text(text: str) -> bytes:
    data = text.encode("ascii", "replace")
    return _delta(len(data)) + data


def _delta(value: int) -> bytes:
    """A variable-length quantity: seven bits a byte, the highest bit set on all but the last."""
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(0x80 | (value & 0x7F))
    return bytes(reversed(out))

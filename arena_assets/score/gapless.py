"""MP3 loops without a seam: encoded amid their own music, which the LAME tag then cuts away.

An encoder hears silence before the first sample of a file and after the last. At a loop's ends,
where the music goes on at full level, that is a jump, and the noise of coding it bends the wrap two
to three times as sharply as the music itself. So a loop is encoded with a little of its end before
it and of its beginning after it, and the file says that these belong to the encoder's padding. A
loop of whole frames, as a minute at 48 kHz is (2500), also meets itself on the codec's own grid, so
that even the coding noise goes on; any other keeps a step the size of that noise.
"""

from __future__ import annotations

import numpy as np

from arena_assets.errors import EnvironmentFault
from arena_assets.score.synth.jit import FloatArray

CONTEXT = 2 * 1152
"""Samples of the loop's other end on either side: two frames, so that the windows of the codec
(1152 samples) and its look-ahead lie within the music. With LAME's own 576 to 1727 they stay
below the 4095 that the tag can say."""
_TAG_AFTER = 120
_DELAYS_AT = 21
_CHECKSUM_AT = 34
_LONGEST = 0xFFF
_HEAD = 600


def amid_itself(track: FloatArray, context: int = CONTEXT) -> FloatArray:
    """A loop (2, n) with ``context`` samples of its end before it and of its beginning after it."""
    around = [track[:, -context:], track, track[:, :context]]
    return np.ascontiguousarray(np.concatenate(around, axis=1))


def without_context(stream: bytes) -> bytes:
    """An MP3 of ``amid_itself``, its LAME tag changed so that players leave the context out.

    The tag holds the encoder's delay and padding in 12 bits each and a CRC-16 of all before it
    (http://gabriel.mp3-tech.org/mp3infotag.html). Raises EnvironmentFault when there is no such
    tag.
    """
    xing = max(stream.find(b"Xing", 0, _HEAD), stream.find(b"Info", 0, _HEAD))
    tag = xing + _TAG_AFTER
    if xing < 0 or stream[xing + 7] != 0x0F or stream[tag : tag + 4] != b"LAME":
        raise EnvironmentFault(
            "The MP3 encoder left out the tag that a loop without a seam needs",
            "Install soundfile from its own wheel, which brings LAME, and make the track again",
        )
    changed = bytearray(stream)
    delays = slice(tag + _DELAYS_AT, tag + _DELAYS_AT + 3)
    both = int.from_bytes(changed[delays], "big")
    delay, padding = (both >> 12) + CONTEXT, (both & _LONGEST) + CONTEXT
    if max(delay, padding) > _LONGEST:
        raise EnvironmentFault(
            f"The MP3 encoder pads a loop by {max(delay, padding) - CONTEXT} samples",
            "Install soundfile from its own wheel, whose LAME pads less, and make the track again",
        )
    changed[delays] = (delay << 12 | padding).to_bytes(3, "big")
    end = tag + _CHECKSUM_AT
    changed[end : end + 2] = tag_checksum(changed[:end]).to_bytes(2, "big")
    return bytes(changed)


def tag_checksum(data: bytes | bytearray) -> int:
    """CRC-16 with the polynomial 0x8005, reflected, from zero: what LAME ends its tag with."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value

"""Loops in Opus and Vorbis that go round without a seam: cut from their own music by packets.

A coder that loses something is off by a little everywhere, and by another little at a loop's end
than at its beginning, though both are the same music. Cut there, the wrap steps by the difference:
in broad music unheard, in a bare chord a click. Both coders are therefore fed the loop with its own
end before it and its own beginning after it. Then

* of Opus, whose frames fit the loop, those before the wrap are taken from its end once more, so
  that the decoder comes to the beginning as it left the end, and the coder's own windows blend what
  is left (RFC 7845, 4.2: a player decodes what it skips);
* of Vorbis, whose blocks do not fit, the packets are kept as they are, from one that begins where
  the loop does: no player need know how to begin within a packet. Which of the loop's samples that
  is, is the caller's to choose.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

from arena_assets.errors import EnvironmentFault
from arena_assets.score.ogg import comment_packet, put_together, taken_apart

OPUS_FRAME = 960
"""Samples at 48 kHz of the 20 ms frames that libsndfile asks for."""
OPUS_CONTEXT = 8 * OPUS_FRAME
"""The music before and after a loop in Opus: an error of the decoder's memory halves with every
frame, and 160 ms are two of the 80 that RFC 7845 asks for before a seek."""
VORBIS_CONTEXT = 576 + 3 * 1024
"""The music before and after a loop in Vorbis: whole long blocks after libvorbis' short first."""
VORBIS_TURNS = tuple(sorted(range(-512, 513, 32), key=lambda each: (abs(each), each)))
"""By how many samples the Vorbis file of a loop may begin elsewhere on it, the least first: half a
long block, 11 ms, either way."""
_SKIP_AT = 10
_BLOCK_SIZES_AT = 28


def opus_loop(stream: bytes, comments: Mapping[str, str], context: int, length: int) -> bytes:
    """The middle ``length`` samples (48 kHz) of an Opus stream that holds ``context`` of the loop's
    own music before and after them.

    Raises EnvironmentFault when the stream is not in frames of 20 ms.
    """
    headers, sound = taken_apart(stream)
    packets = [packet for packet, _ in sound]
    head = bytearray(headers[0])
    skip = struct.unpack_from("<H", head, _SKIP_AT)[0] + context
    struct.pack_into("<H", head, _SKIP_AT, skip)
    if not 0 <= len(packets) * OPUS_FRAME - sound[-1][1] < OPUS_FRAME:
        raise _odd("Opus", "frames of 20 ms")
    wrap = skip // OPUS_FRAME
    end = -(-(skip + length) // OPUS_FRAME)
    kept = packets[:end]
    if length % OPUS_FRAME == 0:
        turn = length // OPUS_FRAME
        kept[: wrap + 1] = packets[turn : turn + wrap + 1]
    marked = [(packet, (at + 1) * OPUS_FRAME) for at, packet in enumerate(kept)]
    marked[-1] = (marked[-1][0], skip + length)
    return put_together([bytes(head), comment_packet(comments, opus=True)], marked)


def vorbis_loop(
    stream: bytes, comments: Mapping[str, str], context: int, length: int
) -> bytes | int:
    """The middle ``length`` samples of a Vorbis stream that holds ``context`` (2048 or more) of the
    loop's own music before and after them; or, when no packet begins there, a context that would
    let one, as long as the blocks stay as they are.

    Raises EnvironmentFault when the stream is not laid out as libvorbis does it.
    """
    headers, sound = taken_apart(stream)
    headers[1] = comment_packet(comments, opus=False)
    ends = _ends(headers[0][_BLOCK_SIZES_AT], [packet for packet, _ in sound])
    for (_, granule), end in zip(sound[:-1], ends, strict=False):
        if granule not in (-1, end):
            raise _odd("Vorbis", "blocks of two sizes")
    # The packet that ends at the beginning is decoded for its overlap alone.
    before = min(range(len(ends)), key=lambda at: abs(ends[at] - context))
    if ends[before] != context:
        return ends[before]
    last = next(at for at, end in enumerate(ends) if end >= context + length)
    marked = [(sound[at][0], ends[at] - context) for at in range(before, last + 1)]
    marked[-1] = (marked[-1][0], length)
    return put_together(headers, marked)


def _ends(sizes: int, packets: list[bytes]) -> list[int]:
    """Up to which sample each packet's sound reaches. A packet's second bit is its mode, of which
    libvorbis has two: short blocks and long ones (Vorbis I specification, 4.3.1)."""
    short, long = 1 << (sizes & 15), 1 << (sizes >> 4)
    found: list[int] = []
    before = 0
    for packet in packets:
        size = long if packet[0] & 2 else short
        found.append(found[-1] + (before + size) // 4 if found else 0)
        before = size
    return found


def _odd(coder: str, wanted: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"The {coder} encoder does not write {wanted}, of which a loop without a seam is cut",
        "Install soundfile from its own wheel, which brings the encoder, and make the track again",
    )

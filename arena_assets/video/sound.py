"""A track as AAC for MP4: exactly as long as its picture."""

from __future__ import annotations

import itertools
from io import BytesIO
from pathlib import Path

import av
import av.error
import numpy as np
import numpy.typing as npt

from arena_assets.errors import ContentFault
from arena_assets.video.files import whole_file
from arena_assets.video.opening import open_media
from arena_assets.video.packets import CodedAudio

RATE = 48_000
_BLOCK = 1024
"""Samples per AAC frame."""

_SEARCH = {"aac_coder": "fast"}
"""2.5 times faster than the encoder's own choice; on composed music its noise lies 2 to 3 dB lower
against what each band masks, at the same bit rate."""

StereoArray = npt.NDArray[np.float32]


def read_track(track: Path, samples: int) -> StereoArray:
    """A track as (2, ``samples``) at 48 kHz, cut or continued with silence to that length.

    Raises ContentFault when it can't be decoded.
    """
    sound: StereoArray = np.zeros((2, samples), np.float32)
    have = 0
    try:
        with open_media(track) as container:
            resampler = av.AudioResampler("fltp", "stereo", RATE)
            decoded = container.decode(container.streams.audio[0])
            for frame in itertools.chain(decoded, [None]):
                for piece in resampler.resample(frame):
                    block = piece.to_ndarray()[:, : samples - have]
                    sound[:, have : have + block.shape[1]] = block
                    have += block.shape[1]
                if have >= samples:
                    break
    except (av.error.FFmpegError, IndexError) as error:
        raise ContentFault(
            f"The track {track.name} cannot be decoded", "Make that track again, then its video"
        ) from error
    return sound


def encode_aac(sound: StereoArray, bit_rate: int) -> CodedAudio:
    """AAC-LC in an MP4 in memory, whose edit list gives exactly the samples put in."""
    buffer = BytesIO()
    with av.open(buffer, "w", format="mp4", options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream("aac", rate=RATE, layout="stereo", options=_SEARCH)
        stream.bit_rate = bit_rate
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        for start in range(0, sound.shape[1], _BLOCK):
            block = np.ascontiguousarray(sound[:, start : start + _BLOCK])
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate = RATE
            frame.pts = start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return CodedAudio(buffer.getvalue())


def write_wav(sound: StereoArray, target: Path) -> None:
    """32-bit float WAV, for an encoder outside this process."""
    options = {"fflags": "+bitexact"}
    with (
        whole_file(target) as temporary,
        av.open(str(temporary), "w", format="wav", options=options) as output,
    ):
        stream = output.add_stream("pcm_f32le", rate=RATE, layout="stereo")
        for start in range(0, sound.shape[1], RATE):
            block = np.ascontiguousarray(sound[:, start : start + RATE].T.reshape(1, -1))
            frame = av.AudioFrame.from_ndarray(block, format="flt", layout="stereo")
            frame.sample_rate = RATE
            frame.pts = start
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))

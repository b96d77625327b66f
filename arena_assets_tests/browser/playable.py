"""Stand-in makers whose clips play, whose tracks sound and whose model can be looked at.

Chosen with ``ARENA_MAKERS=arena_assets_tests.browser.playable:makers``.
"""

from __future__ import annotations

import io
import json
import struct
from functools import lru_cache

import av
import numpy as np
import soundfile
from PIL import Image

from arena_assets.domain import slots
from arena_assets_tests import stand_in
from arena_assets_tests.stand_in import makers as stand_ins

PLAYABLE = "arena_assets_tests.browser.playable:makers"
_SECONDS = 2
_RATE = 48_000


@lru_cache
def _mp4() -> bytes:
    """Two seconds of a moving gradient, H.264."""
    held = io.BytesIO()
    with av.open(held, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(30 * _SECONDS):
            row = np.linspace(0, 255, 320, dtype=np.uint8)
            picture = np.roll(np.tile(row, (180, 1)), 4 * number, axis=1)
            frame = av.VideoFrame.from_ndarray(np.dstack([picture] * 3), format="rgb24")
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return held.getvalue()


@lru_cache
def _ogg() -> bytes:
    """Two seconds of a quiet A."""
    time = np.arange(_SECONDS * _RATE) / _RATE
    held = io.BytesIO()
    soundfile.write(held, 0.1 * np.sin(2 * np.pi * 440 * time), _RATE, format="OGG")
    return held.getvalue()


@lru_cache
def _webp() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (320, 180), (60, 80, 120)).save(held, "WEBP")
    return held.getvalue()


@lru_cache
def _glb() -> bytes:
    """One triangle of some metres."""
    points = np.array([[-9, 0, 0], [9, 0, 0], [0, 12, 0]], np.float32)
    data = points.tobytes()
    described = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "accessors": [
            {
                "bufferView": 0,
                "componentType": 5126,
                "count": 3,
                "type": "VEC3",
                "min": points.min(0).tolist(),
                "max": points.max(0).tolist(),
            }
        ],
        "bufferViews": [{"buffer": 0, "byteLength": len(data)}],
        "buffers": [{"byteLength": len(data)}],
    }
    text = json.dumps(described).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(data)
    head = struct.pack("<4sII", b"glTF", 2, total)
    return (
        head
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(data), b"BIN\0")
        + data
    )


def _waveform() -> bytes:
    """As audiowaveform writes it: 200 pairs of lowest and highest."""
    tops = [round(100 * abs(float(np.sin(each / 7)))) for each in range(200)]
    data = [value for top in tops for value in (-top, top)]
    described = {"version": 2, "channels": 1, "sample_rate": _RATE, "bits": 8, "length": 200}
    step = _SECONDS * _RATE // 200
    return json.dumps({**described, "samples_per_pixel": step, "data": data}).encode()


def makers(quality: str, picture_size: tuple[int, int], video_size: tuple[int, int]) -> object:
    """The stand-ins, with real bytes where a browser plays them."""
    stand_in.CONTENT.update(
        {
            ".mp4": lambda _text: _mp4(),
            ".ogg": lambda _text: _ogg(),
            ".webp": lambda _text: _webp(),
            ".glb": lambda _text: _glb(),
            "waveform.json": lambda _text: _waveform(),
        }
    )
    if "waveform.json" not in stand_in.ROLES[slots.MUSIC]:
        stand_in.ROLES[slots.MUSIC] += ("waveform.json",)
    return stand_ins(quality, picture_size, video_size)

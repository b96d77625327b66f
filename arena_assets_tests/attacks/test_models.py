"""Ten thousand damaged models: read within bounds or refused in words, never anything else."""

from __future__ import annotations

import json
import random
import resource
import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arena_assets.errors import ContentFault
from arena_assets.inspect.model import MAX_TRIANGLES, check_glb
from arena_assets_tests.attacks.watching import strayed, watched
from arena_assets_tests.counting import Counted
from arena_assets_tests.inspect.test_model import _box, _glb, _saved

CASES = 10_000
_SEED = 20_261_129
_ADDRESSES = (
    "data:application/octet-stream;base64,AAAA",
    "http://127.0.0.1:9/x.bin",
    "https://evil.example/x.bin",
    "file:///etc/passwd",
    "../../outside.bin",
    "/etc/passwd",
    "",
    "x.bin",
    "\\\\host\\share\\x",
    "buffer.bin%00.png",
)
_NUMBERS: tuple[Any, ...] = (
    *(-1, 0, 1, 2, 3, 255, 65_535, 65_536, 99_999, 100_000, 2**31 - 1, 2**31, 2**32, 2**63, 2**64),
    *(-(2**31), 1e308, -0.0, 0.5, 10**40, True, None, "0", [], {}, [0], "NaN"),
)
Rng = random.Random


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [place] if place else []
    items: Any = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value) if isinstance(value, list) else items:
        found += _places(each, (*place, key))
    return found


def _parent(document: Any, place: tuple[Any, ...]) -> Any:
    for key in place[:-1]:
        document = document[key]
    return document


def _at(document: Any, place: tuple[Any, ...]) -> Any:
    return _parent(document, place)[place[-1]]


def _other_value(rng: Rng) -> bytes:
    document, binary = _box()
    for _ in range(rng.randint(1, 3)):
        place = rng.choice(_places(document))
        try:
            _parent(document, place)[place[-1]] = rng.choice(_NUMBERS)
        except (KeyError, IndexError, TypeError):
            continue
    return _glb(document, binary)


def _taken_out(rng: Rng) -> bytes:
    document, binary = _box()
    place = rng.choice(_places(document))
    del _parent(document, place)[place[-1]]
    return _glb(document, binary)


def _twice(rng: Rng) -> bytes:
    document, binary = _box()
    lists = [each for each in _places(document) if isinstance(_at(document, each), list)]
    place = rng.choice(lists)
    _parent(document, place)[place[-1]] = _at(document, place) * rng.choice((2, 17, 300))
    return _glb(document, binary)


def _address(rng: Rng) -> bytes:
    document, binary = _box()
    uri = rng.choice(_ADDRESSES)
    where = rng.choice(("buffers", "images", "bufferViews", "extensions"))
    if where == "extensions":
        document["extensionsRequired"] = ["KHR_draco_mesh_compression", uri]
    else:
        rng.choice(document[where])["uri"] = uri
    if rng.random() < 0.3:
        document["buffers"].append({"byteLength": 4, "uri": uri})
    return _glb(document, binary)


def _bytes(rng: Rng) -> bytes:
    content = bytearray(_glb(*_box()))
    for _ in range(rng.choice((1, 1, 2, 8, 64))):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def _lengths(rng: Rng) -> bytes:
    content = bytearray(_glb(*_box()))
    size = struct.unpack_from("<I", content, 12)[0]
    at = rng.choice((4, 8, 12, 16, 20 + size, 24 + size))
    struct.pack_into("<I", content, at, rng.choice((0, 1, 4, len(content), 2**31, 2**32 - 1)))
    return bytes(content)


def _cut_or_grown(rng: Rng) -> bytes:
    content = _glb(*_box())
    if rng.random() < 0.7:
        return content[: rng.randrange(len(content))]
    return content + rng.randbytes(rng.randint(1, 64))


def _text(rng: Rng) -> bytes:
    """JSON that is deep, long, or none."""
    document, binary = _box()
    depth = rng.choice((50, 1_000, 100_000))
    texts = (
        b"[" * depth + b"]" * depth,
        b'{"a":' * depth + b"1" + b"}" * depth,
        b'{"asset": {"version": "2.0"}, "asset": 1}',
        json.dumps(document).encode().replace(b"2.0", rng.choice((b"1.0", b"2.0\\u0000", b"9"))),
        json.dumps(document).encode("utf-16"),
        b"\xef\xbb\xbf" + json.dumps(document).encode(),
        json.dumps(document).replace("2.0", "2." + "0" * 9_000).encode(),
        rng.randbytes(rng.randint(0, 400)),
        b"null",
        json.dumps(document).encode().replace(b"8", b"8" * rng.randint(2, 5_000), 1),
        json.dumps(document).encode().replace(b"[0]", b"[NaN]", 1),
    )
    return _glb(rng.choice(texts), binary)


def _picture(rng: Rng) -> bytes:
    """The picture inside is a bomb or nonsense."""
    document, binary = _box()
    view = document["bufferViews"][3]
    wide, high = rng.choice(((2**31 - 1, 2**31 - 1), (60_000, 60_000), (0, 0), (1, 1)))
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", wide, high) + b"\x08\x02\0\0\0"
    junk = rng.choice((header, b"GIF89a" + b"\xff" * 30, b"<svg onload=x>", rng.randbytes(40)))
    start, room = view["byteOffset"], view["byteLength"]
    binary[start : start + room] = (junk + bytes(room))[:room]
    return _glb(document, binary)


def _crossed(rng: Rng) -> bytes:
    document, binary = _box()
    nodes = document["nodes"]
    nodes[rng.randrange(2)]["children"] = [rng.choice((0, 1, 2, 99_999)) for _ in range(3)]
    document["accessors"][rng.randrange(3)]["bufferView"] = rng.randrange(6)
    document["accessors"][rng.randrange(3)]["componentType"] = rng.choice((5120, 5126, 5124))
    return _glb(document, binary)


_KINDS: tuple[Callable[[Rng], bytes], ...] = (
    _other_value, _taken_out, _twice, _address, _bytes, _lengths, _cut_or_grown, _text, _picture,
    _crossed,
)  # fmt: skip


def _run(folder: Path, cases: int) -> Counter[str]:
    rng = random.Random(_SEED)  # noqa: S311  (a mutator, the same every time)
    ends: Counter[str] = Counter()
    for number in range(cases):
        content = _KINDS[number % len(_KINDS)](rng)
        path = _saved(folder, content)
        try:
            measured, _findings = check_glb(path)
        except ContentFault as fault:
            said = str(fault)
            ends["refused" if said.isprintable() and len(said) < 600 else f"badly: {said}"] += 1
            continue
        except Exception as error:
            raise AssertionError(f"case {number}: {error!r}") from error
        assert 0 < int(measured["triangles"] or 0) <= MAX_TRIANGLES
        assert 0 < int(measured["vertices"] or 0) <= 3 * MAX_TRIANGLES
        ends["accepted"] += 1
    return ends


def test_a_few_hundred_damaged_models(tmp_path: Path) -> None:
    assert _run(tmp_path, 400)["refused"] > 200


@pytest.mark.attacks
def test_ten_thousand_damaged_models(tmp_path: Path, counted: Counted) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with watched() as touched:
        ends = _run(tmp_path, CASES)
    assert strayed(touched, tmp_path) == []
    assert set(ends) == {"accepted", "refused"}
    assert ends.total() == CASES
    assert ends["refused"] > CASES // 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    counted("damaged models read within bounds or refused", CASES)


@pytest.mark.parametrize("uri", _ADDRESSES)
@pytest.mark.parametrize("where", ["buffers", "images"])
def test_no_address_is_ever_followed(tmp_path: Path, uri: str, where: str) -> None:
    document, binary = _box()
    document[where][0]["uri"] = uri
    with watched() as touched, pytest.raises(ContentFault):
        check_glb(_saved(tmp_path, _glb(document, binary)))
    assert strayed(touched, tmp_path) == []

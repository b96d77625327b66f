"""Files made as long as each other still play, and answer ranges as one file would."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from fastapi import FastAPI, Request, Response
from starlette.testclient import TestClient

from arena_assets.console.padded import LEAST, padded, padded_length


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    (tmp_path / "long").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "short").write_bytes(b"s" * 100)
    app = FastAPI()

    @app.get("/{name}")
    def get(request: Request, name: str, kind: str = "video/mp4") -> Response:
        total = padded_length(tmp_path / "long", tmp_path / "short")
        return padded(request, tmp_path / name, total, kind)

    return TestClient(app)


def test_both_are_as_long_and_the_padding_of_mp4_is_one_box_to_skip(client: TestClient) -> None:
    long, short = client.get("/long").content, client.get("/short").content
    assert len(long) == len(short) == 1024 + LEAST
    size, kind = struct.unpack(">I4s", short[100:108])
    assert (size, kind) == (len(short) - 100, b"free")
    assert not any(short[108:])
    assert not any(client.get("/short?kind=audio/wav").content[100:])


@pytest.mark.parametrize(
    ("asked", "begin", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=90-119", 90, 120),
        ("bytes=104-", 104, 1040),
        ("bytes=-20", 1020, 1040),
        ("bytes=1000-9999", 1000, 1040),
    ],
)
def test_a_range_is_that_part_of_the_whole(
    client: TestClient, asked: str, begin: int, end: int
) -> None:
    whole = client.get("/short").content
    part = client.get("/short", headers={"Range": asked})
    assert part.status_code == 206
    assert part.content == whole[begin:end]
    assert part.headers["content-range"] == f"bytes {begin}-{end - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=2000-", "bytes=50-40"])
def test_a_range_outside_is_refused(client: TestClient, asked: str) -> None:
    assert client.get("/short", headers={"Range": asked}).status_code == 416


@pytest.mark.parametrize("asked", ["bytes=-", "items=1-2", "bytes=1-2,4-5", f"bytes={'9' * 5000}-"])
def test_what_is_no_single_range_gets_the_whole(client: TestClient, asked: str) -> None:
    answer = client.get("/short", headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, 1040)

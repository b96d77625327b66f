"""The five final videos of an arena play in a browser, picture and sound, and decode as Ogg.

They come from the real pipeline, small: pictures, moves, edits, tracks, AAC and Theora.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.sync_api import Page, sync_playwright

from arena_assets.domain.sequences import SEQUENCES, Sequence
from arena_assets.video.final import score_sequence
from arena_assets.video.sequence import assemble_sequence
from arena_assets_tests.browser.test_dagster_ui import _FLAGS
from arena_assets_tests.video.making import SMALL, ignore, make_track, render, source_for

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("playback")]

_PAGE = """<!doctype html><meta charset="utf-8"><title>playback</title>
<video id="video" muted preload="auto" width="320" height="180"></video>"""

_PLAY = """
async ({ name, seconds }) => {
  const video = document.getElementById("video");
  const failed = new Promise((_, no) => {
    video.onerror = () => no(new Error(`media error ${video.error.code} ${video.error.message}`));
  });
  const once = (event) => new Promise((yes) => video.addEventListener(event, yes, { once: true }));
  const canvas = new OffscreenCanvas(32, 18);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const look = () => {
    pen.drawImage(video, 0, 0, 32, 18);
    return Array.from(pen.getImageData(0, 0, 32, 18).data);
  };
  const play = async () => {
    const file = await (await fetch(name)).blob();
    const loaded = once("loadedmetadata");
    video.src = URL.createObjectURL(file);  // which can be sought without ranges from the server
    await loaded;
    const frames = [];
    const shown = new Promise((yes) => {
      const note = (_, metadata) => {
        frames.push({ at: metadata.mediaTime, pixels: look() });
        if (frames.length < 20) video.requestVideoFrameCallback(note); else yes();
      };
      video.requestVideoFrameCallback(note);
    });
    await video.play();
    await shown;
    video.pause();
    const clock = video.currentTime;
    const end = once("seeked");
    video.currentTime = seconds - 0.05;
    await end;
    const last = look();
    const ended = once("ended");
    await video.play();
    await ended;
    const listener = new OfflineAudioContext(2, 48000, 48000);
    const sound = await listener.decodeAudioData(await file.arrayBuffer());
    const samples = sound.getChannelData(0);
    let loudest = 0;
    for (const sample of samples) loudest = Math.max(loudest, Math.abs(sample));
    return {
      duration: video.duration, width: video.videoWidth, height: video.videoHeight,
      times: frames.map((frame) => frame.at), pixels: frames.map((frame) => frame.pixels),
      last, clock, sound: sound.duration, channels: sound.numberOfChannels, loudest,
    };
  };
  return Promise.race([play(), failed]);
}
"""


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``<sequence>/video.mp4`` and ``.ogv`` of all five, and the page."""
    folder = tmp_path_factory.mktemp("playback")
    numbers = {number for sequence in SEQUENCES for number in sequence.clips}
    sources = {number: source_for(folder, number) for number in numbers}
    masters = {
        number: render(source, folder / f"clip-{number}", number).master
        for number, source in sources.items()
    }
    for sequence in SEQUENCES:
        out = folder / sequence.slot
        out.mkdir()
        edit = assemble_sequence(
            sequence,
            masters,
            sources,
            SMALL,
            out / "sequence.mp4",
            progress=ignore,
            check_cancelled=ignore,
        )
        track = make_track(out / "track.wav", sequence.seconds)
        score_sequence(
            edit, track, sequence.kind, SMALL, out, progress=ignore, check_cancelled=ignore
        )
    (folder / "page.html").write_text(_PAGE)
    return folder


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture(scope="module")
def page(videos: Path) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is missing: install Debian's package chromium")
    handler = functools.partial(_Quiet, directory=str(videos))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
            page = browser.new_page()
            page.set_default_timeout(60_000)
            page.goto(f"http://127.0.0.1:{server.server_port}/page.html")
            yield page
            browser.close()
        server.shutdown()


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: each.slot)
def test_the_mp4_plays_to_its_end_with_sound(page: Page, sequence: Sequence) -> None:
    name = f"{sequence.slot}/video.mp4"
    seen = page.evaluate(_PLAY, {"name": name, "seconds": sequence.seconds})
    assert seen["duration"] == pytest.approx(sequence.seconds, abs=0.034)
    assert (seen["width"], seen["height"]) == (320, 180)
    assert seen["times"] == sorted(set(seen["times"]))
    assert seen["clock"] > 0.3
    pictures = [tuple(pixels) for pixels in seen["pixels"]]
    assert len(set(pictures)) > len(pictures) // 2, "it moves"
    assert tuple(seen["last"]) not in pictures
    assert seen["sound"] == pytest.approx(sequence.seconds, abs=0.05)
    assert seen["channels"] == 2
    assert 0.1 < seen["loudest"] < 0.4


@pytest.mark.parametrize("sequence", SEQUENCES, ids=lambda each: each.slot)
def test_the_ogv_decodes_to_its_end(videos: Path, sequence: Sequence) -> None:
    with av.open(str(videos / sequence.slot / "video.ogv")) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert picture.codec_context.name == "theora"
        assert sound.codec_context.name == "vorbis"
        frames = samples = 0
        for frame in container.decode(picture, sound):
            if isinstance(frame, av.VideoFrame):
                assert not frame.is_corrupt
                frames += 1
            elif isinstance(frame, av.AudioFrame):
                samples += frame.samples
    assert frames == sequence.frames
    assert samples / 48_000 == pytest.approx(sequence.seconds, abs=0.05)

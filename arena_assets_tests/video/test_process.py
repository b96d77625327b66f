"""No ffmpeg outlives its purpose: not after a cancel, not after a crash of its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from arena_assets.errors import Cancelled, ContentFault
from arena_assets.video import process
from arena_assets_tests.video.making import ignore

_ENDLESS = ["-f", "lavfi", "-i", "testsrc2=s=64x64:r=30", "-f", "null"]


def test_a_cancelled_child_is_gone_at_once(tmp_path: Path) -> None:
    def cancel() -> None:
        raise Cancelled("Stopped", "Start again")

    before = set(psutil.Process().children(recursive=True))
    with pytest.raises(Cancelled):
        process.run_ffmpeg(
            _ENDLESS, tmp_path / "out", frames=10, progress=ignore, check_cancelled=cancel
        )
    assert set(psutil.Process().children(recursive=True)) <= before


def test_a_killed_parent_leaves_no_orphan(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from arena_assets.video.process import run_ffmpeg; "
        f"run_ffmpeg({_ENDLESS!r}, Path({str(tmp_path / 'out')!r}), frames=10, "
        "progress=lambda share: print(share, flush=True), check_cancelled=lambda: None)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()  # ffmpeg is at work
        children = psutil.Process(parent.pid).children(recursive=True)
        assert len(children) == 1
        os.kill(parent.pid, signal.SIGKILL)
    _, alive = psutil.wait_procs(children, timeout=5)
    assert [each for each in alive if each.status() != psutil.STATUS_ZOMBIE] == []


def test_a_failure_says_what_ffmpeg_said(tmp_path: Path) -> None:
    (tmp_path / "in.mp4").write_bytes(b"nothing")
    with pytest.raises(ContentFault, match="Invalid data"):
        process.run_ffmpeg(
            [*process.source(tmp_path / "in.mp4"), "-f", "null"],
            tmp_path / "out",
            frames=1,
            progress=ignore,
            check_cancelled=ignore,
        )


def test_only_local_files_are_opened(tmp_path: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(ContentFault):
        process.run_ffmpeg(
            [*process.source(playlist), "-f", "null"],
            tmp_path / "out",
            frames=1,
            progress=ignore,
            check_cancelled=ignore,
        )

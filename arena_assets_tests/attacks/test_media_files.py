"""Media files that are broken, hostile or a list of other files, through every door that opens
media: refused in words, nothing hangs, no other file and no address is opened."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import av
import pytest
import soundfile

from arena_assets.errors import ArenaError, ContentFault
from arena_assets.inspect.footage import admit_footage
from arena_assets.inspect.sound import measure_sound
from arena_assets.inspect.stems import SUFFIXES, read_stem
from arena_assets.inspect.video import Checked, Expected, check_clip, check_final, check_ogv
from arena_assets.score.master import Target
from arena_assets.video.av1 import encode_av1
from arena_assets.video.packets import read_segment
from arena_assets.video.process import ffmpeg_path, run_ffmpeg, source
from arena_assets.video.sound import read_track
from arena_assets.video.theora import read_theora
from arena_assets.workshop.own_music import mix_folder
from arena_assets_tests.counting import Counted
from arena_assets_tests.video.footage_making import ffmpeg, write_footage
from arena_assets_tests.video.making import SMALL, ignore

_PATIENCE = 60
_BESIDE = "secret.wav"
_EXPECTED = Expected(64, 36, 30, 10)


def _box(kind: bytes, body: bytes = b"", size: int | None = None) -> bytes:
    return struct.pack(">I4s", 8 + len(body) if size is None else size, kind) + body


_FTYP = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
_LISTS: dict[str, str] = {
    "concat": "ffconcat version 1.0\nfile '{secret}'\n",
    "concat absolute": "ffconcat version 1.0\nfile '{folder}/{secret}'\nduration 3\n",
    "concat escaped": "ffconcat version 1.0\nfile 'file:{folder}/{secret}'\noption safe 0\n",
    "concat address": "ffconcat version 1.0\nfile 'http://127.0.0.1:{port}/x.wav'\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n",
    "hls absolute": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile://{folder}/{secret}\n",
    "hls address": "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:9,\nhttp://127.0.0.1:{port}/x\n",
    "hls inner concat": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nconcat:{folder}/{secret}\n",
    "hls key": '#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="/etc/passwd"\n#EXTINF:9,\n{secret}\n',
    "dash": "<?xml version='1.0'?><MPD><Period><BaseURL>{folder}/{secret}</BaseURL></Period></MPD>",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=audio {port} RTP/AVP 0\n",
    "pls": "[playlist]\nFile1={folder}/{secret}\nNumberOfEntries=1\n",
    "asx": "<asx><entry><ref href='http://127.0.0.1:{port}/x'/></entry></asx>",
    "ffmetadata": ";FFMETADATA1\ntitle={secret}\n",
    "srt": "1\n00:00:00,000 --> 00:00:09,000\n{secret}\n",
    "image list": "{folder}/%03d.png\n",
}


def _damaged(folder: Path) -> dict[str, bytes]:
    """Files by name, without suffix; made from sound ones."""
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    video = write_footage(folder / "whole.mp4", "64x64", "10", 2, *x264).read_bytes()
    matroska = write_footage(folder / "whole.mkv", "64x64", "10", 2, *x264).read_bytes()
    wave = ffmpeg(
        folder / "whole.wav", "-f", "lavfi", "-i", "sine=f=440:d=2:r=48000", "-ac", "2"
    ).read_bytes()
    flac = ffmpeg(folder / "whole.flac", "-i", str(folder / "whole.wav")).read_bytes()
    ogg = ffmpeg(
        folder / "whole.ogg", "-i", str(folder / "whole.wav"), "-c:a", "libvorbis"
    ).read_bytes()
    for each in folder.glob("whole.*"):
        each.unlink()
    reference = b"\0\0\0\0\0\0\0\1" + _box(b"alis", b"\0\0\0\0/etc/passwd\0")
    moov = _box(b"moov", _box(b"trak", _box(b"mdia", _box(b"minf", _box(b"dref", reference)))))
    claims = bytearray(flac)
    claims[18:26] = bytes([0xBB, 0x80, 0x00, 0x0F]) + b"\xff" * 4
    rate = wave[:24] + struct.pack("<I", 2**31) + wave[28:]
    many = wave[:22] + struct.pack("<H", 65_535) + wave[24:]
    return {
        "empty": b"",
        "zeros": bytes(100_000),
        "noise": os.urandom(100_000),
        "text": b"this is no sound\n" * 400,
        "half video": video[: len(video) // 2],
        "head of video": video[:600],
        "no index": _FTYP + _box(b"mdat", video[600:3_000]),
        "endless box": _FTYP + _box(b"moov", b"x" * 50, size=0xFFFFFFFF),
        "box of nothing": _FTYP + _box(b"moov", b"", size=0) * 4,
        "tiny box": _FTYP + _box(b"moov", b"", size=4) * 40,
        "deep boxes": _FTYP + b"\0\0\xff\xffmoov" * 8_000,
        "reference to another": _FTYP + moov,
        "half matroska": matroska[: len(matroska) // 3],
        "endless matroska": matroska[:40] + b"\x01\xff\xff\xff\xff\xff\xff\xfe" + matroska[48:400],
        "matroska head": b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 40,
        "ogg head": b"OggS" + b"\xff" * 5_000,
        "ogg with holes": ogg[:200] + bytes(400),
        "riff without sound": b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(24),
        "wave of a billion hertz": rate,
        "wave of many channels": many,
        "wave of no bits": wave[:34] + b"\0\0" + wave[36:44],
        "flac of eternity": bytes(claims)[:400],
        "flac head": b"fLaC" + b"\x7f\xff\xff\xff" * 9,
        "mp3 head": b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + b"\xff\xfb" * 9,
        "aac noise": b"\xff\xf1" + os.urandom(2_000),
        "asf head": bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + b"\xff" * 900,
        "avi": b"RIFF\xff\xff\xff\x7fAVI LIST\xff\xff\xff\x7fhdrlavih" + bytes(900),
        "swf": b"CWS\x09" + os.urandom(900),
        "jpeg": b"\xff\xd8\xff\xe0" + bytes(900),
        "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='/etc/passwd'/></svg>",
    }


def _bad_files(folder: Path, port: int) -> list[Path]:
    given = {"secret": _BESIDE, "folder": str(folder), "port": port}
    contents = dict(_damaged(folder))
    contents |= {name: text.format(**given).encode() for name, text in _LISTS.items()}
    found = []
    for number, (name, content) in enumerate(contents.items()):
        path = folder / f"{number:02d} {name}.bin"
        path.write_bytes(content)
        found.append(path)
    return found


def _mixed(path: Path) -> object:
    """As ``arena mix`` would, alone in a folder."""
    folder = path.parent / f"{path.stem} folder"
    folder.mkdir(exist_ok=True)
    (folder / path.name).write_bytes(path.read_bytes())
    return mix_folder(
        folder, folder / "mix", name="x", roles={}, chosen="plain", loops=False,
        target=Target(-16, -1), rules=None, tempo=120, seed=1, say=lambda _: None,
    )  # fmt: skip


def _checked(check: Callable[[Path, Expected], Checked], path: Path) -> None:
    """A check refuses by an error or by a finding: nothing with either is published."""
    _, findings = check(path, _EXPECTED)
    for finding in findings:
        if not finding.passed:
            raise ContentFault(f"{finding.check}: {finding.said}", "Make it again")


_DOORS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "footage": (admit_footage, (".mp4", ".webm", ".gif")),
    "clip check": (lambda path: _checked(check_clip, path), (".mp4", ".mkv")),
    "final check": (lambda path: _checked(check_final, path), (".mp4",)),
    "game check": (lambda path: _checked(check_ogv, path), (".ogv",)),
    "sound": (measure_sound, (".wav", ".mp3", ".ogg")),
    "stem": (read_stem, tuple(sorted(SUFFIXES))),
    "mix": (_mixed, (".m4a", ".wav")),
}


@contextmanager
def _not_hanging(what: str) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError(what)

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A sound that a list beside it names; its time of access tells whether it was opened."""
    path = tmp_path / "media" / _BESIDE
    path.parent.mkdir()
    samples = [[0.2 * (n % 50) / 50] for n in range(48_000)]
    soundfile.write(path, samples, 48_000)
    os.utime(path, (1_000_000_000, path.stat().st_mtime))
    return path


@pytest.fixture
def port() -> Iterator[tuple[int, list[str]]]:
    """A port on this machine, and who came to it."""
    import socket
    import threading

    came: list[str] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        over = threading.Event()

        def wait() -> None:
            while not over.is_set():
                try:
                    caller, _ = listening.accept()
                except TimeoutError:
                    continue
                came.append("came")
                caller.close()

        thread = threading.Thread(target=wait)
        thread.start()
        yield listening.getsockname()[1], came
        over.set()
        thread.join()


def test_bad_files_are_refused_at_every_door(
    secret: Path, port: tuple[int, list[str]], counted: Counted
) -> None:
    files = _bad_files(secret.parent, port[0])
    wrong, refused = [], 0
    for file in files:
        for name, (door, suffixes) in _DOORS.items():
            for suffix in suffixes:
                path = file.with_suffix(suffix)
                file.rename(path)
                what = f"{name} of {path.name}"
                try:
                    with _not_hanging(what):
                        door(path)
                    wrong.append(f"{what} was taken")
                except ArenaError as fault:
                    refused += 1
                    if not str(fault).isprintable() or len(str(fault)) > 800:
                        wrong.append(f"{what} said {str(fault)[:200]!r}")
                except BaseException as error:
                    wrong.append(f"{what} raised {error!r}"[:300])
                path.rename(file)
    assert not wrong, "\n".join([f"{len(wrong)} wrong", *wrong[:60]])
    assert secret.stat().st_atime == 1_000_000_000, "a list led to another file"
    assert port[1] == []
    assert len(files) >= 30
    counted("bad media files refused", len(files))
    counted("openings of bad media refused", refused)


def test_the_secret_would_tell(secret: Path) -> None:
    """A plain ffmpeg does open what a list names, and the time of access shows it."""
    playlist = secret.with_name("list.m4a")
    playlist.write_text(_LISTS["concat"].format(secret=_BESIDE))
    subprocess.run(
        [ffmpeg_path(), "-v", "quiet", "-nostdin", "-i", playlist.name, "-f", "null", "-"],
        cwd=secret.parent, check=True, timeout=_PATIENCE,
    )  # fmt: skip
    assert secret.stat().st_atime > 1_000_000_000


@pytest.mark.parametrize("name", sorted(_LISTS))
def test_our_ffmpeg_opens_no_list(secret: Path, tmp_path: Path, name: str) -> None:
    given = {"secret": _BESIDE, "folder": str(secret.parent), "port": 9}
    path = secret.with_name("list.mp4")
    path.write_text(_LISTS[name].format(**given))
    arguments = source(path)
    assert arguments[:2] == ("-protocol_whitelist", "file,pipe")
    assert arguments[-1] == f"file:{path}"
    with pytest.raises(ContentFault):
        run_ffmpeg(
            (*arguments, "-f", "null"), tmp_path / "out.null", frames=1,
            progress=lambda _: None, check_cancelled=lambda: None,
        )  # fmt: skip


def _encoded_anew(path: Path) -> None:
    encode_av1(
        path, path, SMALL, path.with_name("out.mp4"), progress=ignore, check_cancelled=ignore
    )


_READERS: dict[str, Callable[[Path], object]] = {
    "pictures": lambda path: read_segment(path, 30),
    "track": lambda path: read_track(path, 48_000),
    "game pictures": read_theora,
    "anew": _encoded_anew,
}


@pytest.mark.parametrize("reader", _READERS.values(), ids=_READERS)
def test_what_reads_our_own_media_opens_no_list(
    secret: Path, port: tuple[int, list[str]], reader: Callable[[Path], object]
) -> None:
    given = {"secret": _BESIDE, "folder": str(secret.parent), "port": port[0]}
    path = secret.with_name("list.mp4")
    for text in _LISTS.values():
        path.write_text(text.format(**given))
        with pytest.raises(ContentFault):
            reader(path)
    assert secret.stat().st_atime == 1_000_000_000
    assert port[1] == []


def _referring(whole: bytes, name: str) -> bytes:
    """An MP4 whose coded pictures are said to be in another file of its folder (QTFF, "alis")."""
    path = f"/x/{name}".encode()
    path += bytes(len(path) % 2)
    alias = bytes(4 + 10) + bytes(1 + 27 + 12 + 1 + 63 + 16) + b"\0\1\0\1" + bytes(16)
    alias += struct.pack(">HH", 2, len(path)) + path + b"\xff\xff\0\0" + bytes(40)
    reference = _box(b"dref", bytes(4) + struct.pack(">I", 1) + _box(b"alis", alias))

    def rewritten(boxes: bytes) -> bytes:
        found = b""
        while boxes:
            size, kind = struct.unpack_from(">I4s", boxes)
            body, boxes = boxes[8:size], boxes[size:]
            if kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
                body = rewritten(body)
            found += reference if kind == b"dref" else _box(kind, body)
        return found

    return rewritten(whole)


@pytest.mark.parametrize("follows", [True, False])
def test_what_an_mp4_refers_to_is_not_opened(secret: Path, follows: bool) -> None:
    """FFmpeg opens it when it is told to, which shows that the reference is one."""
    path = secret.with_name("video.mp4")
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    path.write_bytes(
        _referring(write_footage(path, "64x64", "10", 2, *x264).read_bytes(), secret.name)
    )
    if follows:
        with av.open(str(path), options={"enable_drefs": "1"}) as container:
            assert any(packet.size for packet in container.demux())
    else:
        for reader in _READERS.values():
            with suppress(ContentFault):
                reader(path)
    assert (secret.stat().st_atime > 1_000_000_000) is follows


def test_every_command_line_is_a_list_with_the_whitelist(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[tuple[object, object, object]] = []

    class Stop(Exception):
        pass

    def caught(command: object, **given: object) -> None:
        seen.append((command, given.get("shell", False), given.get("stdin")))
        raise Stop

    monkeypatch.setattr(subprocess, "Popen", caught)
    hostile = tmp_path / "a'; rm -rf x\n-i concat:b.mp4"
    with pytest.raises(Stop):
        run_ffmpeg(
            source(hostile), tmp_path / "o", frames=1,
            progress=lambda _: None, check_cancelled=lambda: None,
        )  # fmt: skip
    ((command, shell, stdin),) = seen
    assert isinstance(command, list)
    assert not shell
    assert stdin == subprocess.DEVNULL
    assert command.count(f"file:{hostile}") == 1
    at = command.index("-protocol_whitelist")
    assert command[at + 1] == "file,pipe"
    assert at < command.index("-i")
    assert "-nostdin" in command

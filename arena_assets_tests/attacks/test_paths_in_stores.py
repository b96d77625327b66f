"""Names in the store, in packs and in thumbnails: made by us, never taken from a text or a link."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from PIL import Image
from pydantic import ValidationError

from arena_assets.console.thumbnails import thumbnail
from arena_assets.domain.identity import project_slug, slugify
from arena_assets.domain.manifest import FileRef
from arena_assets.domain.slots import SlotName
from arena_assets.errors import ArenaError, BlobDamaged, ContentFault, UsageFault
from arena_assets.export.bundle import PackInput
from arena_assets.export.godot import godot_entries
from arena_assets.export.web import web_entries
from arena_assets.store.blobs import BlobStore
from arena_assets_tests.attacks.names import CANARY, PATHS
from arena_assets_tests.counting import Counted
from arena_assets_tests.export.conftest import make_pack

__all__ = ["make_pack"]
_SAFE = re.compile(r"[A-Za-z0-9_. -]+(/[A-Za-z0-9_. -]+)*")


def test_a_pack_names_its_files_itself(
    make_pack: Callable[..., PackInput], counted: Counted
) -> None:
    chosen = PATHS[::6]
    for path in chosen:
        pack = make_pack_again(make_pack, path)
        entries = [*godot_entries(pack), *web_entries(pack)]
        assert len(entries) > 20
        for entry in entries:
            parts = PurePosixPath(entry.path).parts
            assert _SAFE.fullmatch(entry.path), entry.path
            assert not {".", ".."} & set(parts), entry.path
    counted("hostile arena names exported under names of ours", len(chosen))


_made: dict[int, PackInput] = {}


def make_pack_again(make: Callable[..., PackInput], name: str) -> PackInput:
    """The pack of an arena of that name; its files are made once."""
    pack = _made.setdefault(id(make), make())
    metadata = pack.metadata.model_copy(update={"name": name})
    return PackInput(
        pack.project, pack.partition, slugify(name), metadata, pack.files, pack.manifests
    )


def test_no_hostile_name_is_a_project_a_slot_or_a_hash(tmp_path: Path, counted: Counted) -> None:
    store = BlobStore(tmp_path)
    plain = re.compile(r"[a-z0-9-]{1,48}")
    for path in PATHS:
        if not plain.fullmatch(path):
            with pytest.raises(UsageFault):
                project_slug(path)
        assert plain.fullmatch(slugify(path))
        with pytest.raises(ValidationError):
            FileRef(sha256=path, size=1, media_type="image/png", suffix=".png")
        with pytest.raises(ArenaError):
            store.path(FileRef(sha256="0" * 64, size=1, media_type="a/b", suffix=path))
        assert str(SlotName("image_set", path)) not in store.all_hashes()
    counted("hostile names refused as project and as hash", len(PATHS))


def test_links_in_the_data_folder_lead_nowhere(tmp_path: Path, counted: Counted) -> None:
    outside = tmp_path / "outside.webp"
    outside.write_text(CANARY)
    store = BlobStore(tmp_path / "blobs")
    picture = tmp_path / "picture.png"
    Image.new("RGB", (640, 360), "teal").save(picture)
    ref = store.put_file(picture, "image/png")
    where = store.path(ref)
    folder = tmp_path / "thumbnails"
    place = folder / ref.sha256[:2] / f"{ref.sha256[2:]}-320.webp"
    place.parent.mkdir(parents=True)

    place.symlink_to(outside)
    small = thumbnail(folder, where, ref.sha256, 320)
    with Image.open(small) as made:
        assert made.size == (320, 180)
    place.unlink()
    place.symlink_to(tmp_path / "nothing")
    assert thumbnail(folder, where, ref.sha256, 320).read_bytes()[:4] == b"RIFF"
    assert not (tmp_path / "nothing").exists()

    link = tmp_path / "link.png"
    link.symlink_to(picture)
    with pytest.raises(ContentFault):
        thumbnail(folder, link, "ab" * 32, 480)

    where.unlink()
    where.symlink_to(outside)
    with pytest.raises(BlobDamaged):
        store.path(ref)
    where.unlink()
    where.symlink_to("/dev/zero")
    with pytest.raises(BlobDamaged):
        store.path(ref)
    shutil.rmtree(where.parent)
    where.parent.symlink_to(tmp_path)
    with pytest.raises(BlobDamaged):
        store.path(ref)
    assert outside.read_text() == CANARY
    counted("links in place of stored files not followed", 6)

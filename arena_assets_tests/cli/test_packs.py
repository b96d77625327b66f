"""``arena export``: the very bytes, whole or not at all, and nothing outside of the folder."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from arena_assets.actions.packs import copy_pack, unpack_pack
from arena_assets.domain.manifest import FileRef, Provenance, SlotManifest
from arena_assets.domain.slots import Slot, pack_slot
from arena_assets.errors import BlobDamaged, Refused
from arena_assets.settings import Settings
from arena_assets.store import results
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets_tests.cli.conftest import Arena


def _archive(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, f"content of {name}")
    return path


def _keep_pack(db: Database, settings: Settings, archive: Path) -> FileRef:
    ref = BlobStore(settings.blob_dir).put_file(archive, "application/zip")
    provenance = Provenance(
        recipe="pack", version="1", provider="embedded", model="pack", inputs={}, params={}
    )
    manifest = SlotManifest(
        slot=str(pack_slot()),
        take=1,
        key="0" * 64,
        files={"zip": ref},
        provenance=provenance,
        seconds=1.0,
    )
    results.keep(db, Slot(1, pack_slot()), manifest)
    return ref


def test_export_writes_the_verified_archive_and_its_content(
    arena: Arena, db: Database, installation: Settings, tmp_path: Path
) -> None:
    arena("request")
    ref = _keep_pack(db, installation, _archive(tmp_path / "made.zip", "godot/arena.json"))
    data = arena("export", "1", "--unpack", str(tmp_path / "game"), "--json").data
    target = installation.pack_dir / "default" / "arena-000001-arena.zip"
    assert data["path"] == str(target)
    assert hashlib.sha256(target.read_bytes()).hexdigest() == data["sha256"] == ref.sha256
    unpacked = tmp_path / "game" / "arena-000001-arena"
    assert (unpacked / "godot" / "arena.json").read_text() == "content of godot/arena.json"


def test_export_without_a_pack_says_what_to_do(arena: Arena) -> None:
    arena("request")
    answer = arena("export", "1")
    assert answer.code == 3
    assert "arena watch arena-000001" in answer.err


def test_a_damaged_pack_is_not_exported(
    arena: Arena, db: Database, installation: Settings, tmp_path: Path
) -> None:
    arena("request")
    ref = _keep_pack(db, installation, _archive(tmp_path / "made.zip", "a.txt"))
    blob = installation.blob_dir / ref.sha256[:2] / ref.sha256[2:]
    blob.chmod(0o644)
    blob.write_bytes(b"x" * ref.size)
    assert arena("export", "1").code == 4
    assert not installation.pack_dir.exists()


def test_a_copy_that_differs_leaves_no_file(tmp_path: Path) -> None:
    source = _archive(tmp_path / "source.zip", "a.txt")
    other = FileRef(sha256="1" * 64, size=1, media_type="application/zip", suffix=".zip")
    with pytest.raises(BlobDamaged):
        copy_pack(source, other, tmp_path / "out" / "pack.zip")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize("name", ["../evil.txt", "/etc/evil", "a/../../evil", "a\\..\\evil"])
def test_an_archive_cannot_write_outside_its_folder(tmp_path: Path, name: str) -> None:
    archive = _archive(tmp_path / "bad.zip", "fine.txt", name)
    with pytest.raises(Refused):
        unpack_pack(archive, tmp_path / "inside" / "pack")
    assert list((tmp_path / "inside").iterdir()) == []


def test_an_existing_folder_is_never_unpacked_over(tmp_path: Path) -> None:
    (tmp_path / "pack").mkdir()
    with pytest.raises(Refused):
        unpack_pack(_archive(tmp_path / "a.zip", "a.txt"), tmp_path / "pack")

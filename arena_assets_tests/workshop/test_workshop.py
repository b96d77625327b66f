"""The workshop: work is done once, kept, and nothing is left behind when it stops."""

import errno
import os
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from arena_assets.actions.review import approve, unpin
from arena_assets.domain.recipe import Produced, Recipe, WorkContext
from arena_assets.domain.slots import Slot, SlotName, clip_slot, image_slot, metadata_slot
from arena_assets.errors import Cancelled, ContentFault, DiskFull, FolderUnwritable, UsageFault
from arena_assets.ledger.owner import owner_id
from arena_assets.store import events, results, takes
from arena_assets.workshop.cancel import CancelFlag
from arena_assets.workshop.folders import WorkFolders, unwritable
from arena_assets_tests.arenas import Hall
from arena_assets_tests.live import wait_for

Work = Callable[[WorkContext], Produced]


def recipe(work: Work, **params: str | int) -> Recipe:
    return Recipe("test", "1", {}, dict(params), "embedded", "none", work)


def writes(text: str) -> Work:
    def work(context: WorkContext) -> Produced:
        path = context.workdir / "file.json"
        path.write_text(text)
        return Produced({"file": path})

    return work


@pytest.fixture
def slot(hall: Hall) -> Slot:
    return Slot(hall.request()[0], image_slot(1))


def leftovers(hall: Hall) -> list[Path]:
    return [*hall.settings.work_dir.iterdir(), *hall.studio.blobs.temp_files()]


def test_work_with_a_known_key_is_not_done_again(hall: Hall, slot: Slot) -> None:
    first = hall.studio.workshop.make(slot, lambda _take: recipe(writes("a"), n=1), CancelFlag())

    def never(context: WorkContext) -> Produced:
        raise AssertionError("a known key was worked again")

    again = hall.studio.workshop.make(slot, lambda _take: recipe(never, n=1), CancelFlag())
    assert (first.reused, again.reused) == (False, True)
    assert again.manifest == first.manifest
    assert leftovers(hall) == []


def test_another_take_and_another_parameter_are_other_work(hall: Hall, slot: Slot) -> None:
    workshop = hall.studio.workshop
    workshop.make(slot, lambda _take: recipe(writes("a"), n=1), CancelFlag())
    assert not workshop.make(slot, lambda _take: recipe(writes("b"), n=2), CancelFlag()).reused
    takes.next_take(hall.studio.db, slot)
    made = workshop.make(slot, lambda _take: recipe(writes("c"), n=2), CancelFlag())
    assert (made.reused, made.manifest.take) == (False, 2)


def test_what_is_approved_while_it_is_made_anew_stays_and_is_what_goes_on(hall: Hall) -> None:
    """Of newer code: the take is the same, so that the person may still approve what they see."""
    db, workshop = hall.studio.db, hall.studio.workshop
    slot = Slot(hall.request()[0], metadata_slot())
    seen = workshop.make(slot, lambda _take: recipe(writes("seen"), n=1), CancelFlag()).manifest

    def work(context: WorkContext) -> Produced:
        approve(db, slot, who="ann", key=seen.key)
        return writes("newer")(context)

    made = workshop.make(slot, lambda _take: recipe(work, n=2), CancelFlag())
    assert (made.manifest, made.reused) == (seen, True)
    assert results.history_of(db, slot) == [seen]

    unpin(db, slot, "", who="ann")
    again = workshop.make(slot, lambda _take: recipe(writes("newest"), n=2), CancelFlag())
    assert (again.reused, results.latest(db, slot)) == (False, again.manifest)


def test_an_approval_outweighs_what_another_arena_has_made_meanwhile(hall: Hall) -> None:
    db, workshop = hall.studio.db, hall.studio.workshop
    slot, other = (Slot(arena_id, metadata_slot()) for arena_id in hall.request(2))
    seen = workshop.make(slot, lambda _take: recipe(writes("seen"), n=1), CancelFlag()).manifest
    workshop.make(other, lambda _take: recipe(writes("newer"), n=2), CancelFlag())

    def approves(_take: int) -> Recipe:
        approve(db, slot, who="ann", key=seen.key)
        return recipe(writes("newer"), n=2)

    assert workshop.make(slot, approves, CancelFlag()).manifest == seen
    assert results.history_of(db, slot) == [seen]


def test_failed_work_leaves_no_result_no_file_and_says_why(hall: Hall, slot: Slot) -> None:
    def fails(context: WorkContext) -> Produced:
        (context.workdir / "half.bin").write_bytes(b"half")
        raise ContentFault("It is blank", "Redo it")

    with pytest.raises(ContentFault):
        hall.studio.workshop.make(slot, lambda _take: recipe(fails), CancelFlag())
    assert results.latest(hall.studio.db, slot) is None
    assert leftovers(hall) == []
    (event,) = events.since(hall.studio.db, 0, kinds=["slot_failed"])
    assert event.data["why"] == "It is blank. Redo it."
    assert not hall.studio.workshop.make(
        slot, lambda _take: recipe(writes("good")), CancelFlag()
    ).reused


def test_the_first_failure_stops_the_others_and_keeps_what_was_finished(hall: Hall) -> None:
    (arena_id,) = hall.request()
    started = threading.Event()

    def waits(context: WorkContext) -> Produced:
        started.set()
        while True:
            context.check_cancelled()
            threading.Event().wait(0.01)

    def fails(context: WorkContext) -> Produced:
        assert started.wait(20)
        wait_for(lambda: results.for_arena(hall.studio.db, arena_id), "the first clip kept", 20)
        raise ContentFault("It is blank", "Redo it")

    recipes = {
        clip_slot(1): lambda _take: recipe(writes("kept"), n=1),
        clip_slot(2): lambda _take: recipe(waits, n=2),
        clip_slot(3): lambda _take: recipe(fails, n=3),
    }
    with pytest.raises(ContentFault):
        list(hall.studio.workshop.make_all(arena_id, recipes, width=3))
    assert set(results.for_arena(hall.studio.db, arena_id)) == {clip_slot(1)}
    kinds = {event.slot: event.kind for event in events.since(hall.studio.db, 0, limit=999)}
    assert kinds["clips/clip_02"] == "slot_cancelled"
    assert leftovers(hall) == []


def test_an_interrupt_in_the_calling_thread_stops_all_work(hall: Hall) -> None:
    (arena_id,) = hall.request()

    def waits(context: WorkContext) -> Produced:
        while True:
            context.check_cancelled()
            threading.Event().wait(0.01)

    numbered = {
        clip_slot(number): lambda _take, number=number: recipe(waits, n=number) for number in (1, 2)
    }
    first = {SlotName("clips", "clip_12"): lambda _take: recipe(writes("x"), n=12)}
    working = hall.studio.workshop.make_all(arena_id, {**first, **numbered}, width=3)
    assert isinstance(working, Generator)
    assert next(working).slot == clip_slot(12)
    with pytest.raises(KeyboardInterrupt):
        working.throw(KeyboardInterrupt)
    assert leftovers(hall) == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("slot")]


def test_a_cancelled_flag_stops_before_any_work(hall: Hall, slot: Slot) -> None:
    flag = CancelFlag()
    flag.set()
    with pytest.raises(Cancelled):
        hall.studio.workshop.make(slot, lambda _take: recipe(writes("a")), flag)
    assert hall.made_since(0) == []


def test_an_unknown_input_is_named(hall: Hall, slot: Slot) -> None:
    def asks(context: WorkContext) -> Produced:
        context.input("picture")
        raise AssertionError

    with pytest.raises(UsageFault, match="no input 'picture'"):
        hall.studio.workshop.make(slot, lambda _take: recipe(asks), CancelFlag())


def test_work_does_not_start_on_a_full_disk(hall: Hall, slot: Slot, tmp_path: Path) -> None:
    folders = WorkFolders(tmp_path / "work", min_free_bytes=2**60)
    with pytest.raises(DiskFull, match="ARENA_DATA_DIR"), folders.folder("x"):
        pass


def test_a_disk_that_fills_up_during_work_is_said_as_such(hall: Hall, slot: Slot) -> None:
    def fills(context: WorkContext) -> Produced:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DiskFull, match="finished work is kept"):
        hall.studio.workshop.make(slot, lambda _take: recipe(fills), CancelFlag())


def test_a_folder_that_refuses_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folders = WorkFolders(tmp_path / "file" / "work", min_free_bytes=0)
    with pytest.raises(FolderUnwritable, match="ARENA_DATA_DIR"), folders.folder("x"):
        pass
    assert isinstance(unwritable(tmp_path, OSError(errno.EDQUOT, "quota")), DiskFull)


def test_only_folders_of_dead_owners_are_swept(tmp_path: Path) -> None:
    folders = WorkFolders(tmp_path, min_free_bytes=0)
    dead = tmp_path / (owner_id().rpartition(":")[0].replace(":", "~") + "~1~~clips-x")
    other_host = tmp_path / "elsewhere~12~345~~clips-y"
    for folder in (dead, other_host):
        folder.mkdir()
    with folders.folder("mine") as mine:
        assert folders.sweep_dead() == 1
        assert mine.exists()
    assert other_host.exists()
    assert not dead.exists()

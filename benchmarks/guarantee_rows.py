"""The rows of docs/guarantees.md: what is promised, how much of it must be counted, by which tests.

Nothing here is a result; see :mod:`benchmarks.guarantees`.
"""

from __future__ import annotations

from dataclasses import dataclass

FAULTS, ATTACKS = "Faults", "Attacks"
_TESTS = "arena_assets_tests/"


@dataclass(frozen=True, slots=True)
class Need:
    """At least so many of what tests counted under a name, or of tests that passed.

    ``tests`` is the beginning of the ids of those tests; then ``what`` only says what they are.
    """

    what: str
    least: int
    tests: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    section: str
    title: str
    needs: tuple[Need, ...]


def _passed(what: str, least: int, file: str) -> Need:
    return Need(what, least, _TESTS + file)


ROWS: tuple[Row, ...] = (
    Row(
        FAULTS,
        "SIGKILL at each point of a paid call: no duplicate order, no answer lost",
        (
            Need("points of a paid call", 24),
            Need("processes killed at a point of a paid call", 480),
            Need("points of a call to claude", 24),
            Need("points of a call to elevenlabs", 24),
            Need("points of a call to comfyui", 24),
        ),
    ),
    Row(
        FAULTS,
        "A provider misbehaves: a later run succeeds and pays once, or a person decides",
        (
            Need("claude faults", 15),
            Need("elevenlabs faults", 15),
            Need("comfyui faults", 15),
        ),
    ),
    Row(
        FAULTS,
        'ComfyUI restarts, forgets or falls silent: never a false "done"',
        (Need("comfyui losses that never count as done", 6),),
    ),
    Row(
        FAULTS,
        "Two daemons, a tick given twice, a double click, one key at once or with another body",
        (
            Need("races of two daemons and doubled ticks for a launch", 100),
            Need("races of a double click", 100),
            Need("races of processes for one paid call", 100),
            Need("races of one idempotency key", 100),
            Need("races of one idempotency key with other bodies", 100),
        ),
    ),
    Row(
        FAULTS,
        "Disk full, folder closed, database locked, clock an hour off: a sentence, nothing lost",
        (
            Need("machine faults: a busy database is waited for", 1),
            Need("machine faults: a database that stays locked", 1),
            Need("machine faults: the clock jumps an hour, launches", 2),
            Need("machine faults: the clock jumps an hour, sessions", 2),
            Need("machine faults: a full or closed folder of thumbnails", 4),
            _passed("full or closed folders of blobs", 4, "store/test_blobs.py::test_a_folder"),
            _passed("a full disk under the database", 1, "store/test_database.py::test_a_full"),
            _passed("no room for a video", 1, "video/test_faults.py::test_no_room_on_the_disk"),
            _passed("a closed folder of videos", 1, "video/test_faults.py::test_a_folder"),
        ),
    ),
    Row(
        FAULTS,
        "Fifty workers, a cap for ten: overspent by nothing",
        (Need("trials of fifty workers and a cap for ten", 1_000),),
    ),
    Row(
        FAULTS,
        "Random histories of money: every sum as the model's",
        (Need("steps of random histories of money", 10_000),),
    ),
    Row(
        ATTACKS,
        "Hostile paths through routes, commands, folders, packs: nothing outside is touched",
        (
            Need("hostile paths, each through every route that takes a name", 200),
            Need("commands with a hostile name", 200),
            Need("hostile names of stems, mixed in their folder", 200),
            Need("links in a folder of stems refused", 5),
            Need("hostile names refused as project and as hash", 200),
            Need("hostile arena names exported under names of ours", 40),
            Need("links in place of stored files not followed", 5),
        ),
    ),
    Row(
        ATTACKS,
        "Scripts stored in every text field: none comes to life in any page or answer",
        (
            Need("scripts stored in every text field", 50),
            Need("pages and answers parsed", 5_000),
            Need("scripts seen alive where nothing is escaped", 30),
        ),
    ),
    Row(
        ATTACKS,
        "Texts that would talk a model over: strict schema, caps on length, never more than text",
        (
            Need("hostile briefs sent to Claude as data", 50),
            Need("hostile answers of a model refused by the schema", 50),
            Need("hostile answers of a model kept as text", 50),
            Need("hostile briefs read by the embedded writer", 50),
            Need("hostile briefs stored as text", 50),
            Need("hostile themes, wishes and styles held to kind and length", 50),
        ),
    ),
    Row(
        ATTACKS,
        "Addresses that lead inwards, and redirects to them",
        (
            Need("addresses that lead inwards refused", 40),
            Need("redirects of a receiver not followed", 40),
        ),
    ),
    Row(
        ATTACKS,
        "Bad media files at every door: refused, nothing hangs, no other file or address is opened",
        (
            Need("bad media files refused", 30),
            Need("openings of bad media refused", 300),
        ),
    ),
    Row(
        ATTACKS,
        "Picture bombs: refused before they are decoded, in bounded memory",
        (Need("pictures that are bombs or none refused", 30),),
    ),
    Row(
        ATTACKS,
        "Damaged models: read within bounds or refused, never another error",
        (Need("damaged models read within bounds or refused", 10_000),),
    ),
    Row(
        ATTACKS,
        "Archives: ratio, count, links, names",
        (
            Need("bad archives refused: ratio, count, links, sizes", 15),
            Need("hostile members of archives kept inside or refused", 200),
        ),
    ),
    Row(
        ATTACKS,
        "Who may do what: default deny for each route and role, sessions, tokens, other projects",
        (
            _passed("tests of the table of rights", 15, "console/test_rights.py"),
            _passed("tests of sessions and sign-in", 15, "console/test_sign_in.py"),
            Need("routes that keep another project's ids to themselves", 50),
            Need("routes closed to a token that holds no more", 400),
        ),
    ),
    Row(
        ATTACKS,
        "Keys of services: in no file, log, event, pack, page, command or error",
        (
            Need("files, events and logs searched for keys", 100),
            Need("commands searched for keys", 40),
            Need("pages and answers searched for keys", 70),
        ),
    ),
    Row(
        ATTACKS,
        "Dagster's GraphQL: same origin, POST of JSON, no mutation without the right",
        (_passed("tests of the door to Dagster", 30, "console/test_dagster_door.py"),),
    ),
    Row(
        ATTACKS,
        "The API holds to its own description",
        (_passed("tests generated from the OpenAPI document", 1, "console/test_api_schema.py"),),
    ),
)

SELECTED = (
    *("attacks", "faults", "console/test_rights.py", "console/test_sign_in.py"),
    *("console/test_dagster_door.py", "console/test_api_schema.py", "store/test_blobs.py"),
    *("store/test_database.py", "video/test_faults.py", "providers/claude/test_faults.py"),
    *("providers/elevenlabs/test_faults.py", "providers/comfyui/test_faults.py"),
    *("providers/comfyui/test_contract.py", "providers/comfyui/test_makers.py"),
)
"""Tests that the rows need, below the folder of tests."""

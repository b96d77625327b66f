"""Housekeeping: what dead processes left, bytes nothing refers to, events past their time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from arena_assets.export.previews import sweep_mixes, sweep_thumbnails
from arena_assets.export.published import PublishedTree
from arena_assets.ledger.answers import AnswerFolder
from arena_assets.ledger.settling import tidy
from arena_assets.store import events, game
from arena_assets.store.calls import kept_answers
from arena_assets.store.housekeeping import live_hashes
from arena_assets.store.once import forget_acts
from arena_assets.store.tries import forget_tries
from arena_assets.store.webhooks import forget_deliveries
from arena_assets.workshop.studio import Studio

_REPEATED = timedelta(days=7)
"""For how long an Idempotency-Key brings back the first answer."""


@dataclass(frozen=True, slots=True)
class HouseReport:
    """What was removed."""

    dead_folders: int
    temporary_files: int
    orphan_blobs: int
    orphan_bytes: int
    orphan_releases: int
    old_events: int
    call_leftovers: int
    dead_calls: int
    old_acts: int
    old_tries: int
    old_deliveries: int
    thumbnails: int
    old_mixes: int

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}

    def lines(self) -> list[str]:
        """The report as sentences for a log."""
        return [f"{name.replace('_', ' ')}: {count}" for name, count in self.counts().items()]


def keep_house(studio: Studio) -> HouseReport:
    """Remove what is safe to remove, and say how much.

    Young files are left alone: they may belong to work that has not reached the database yet.
    """
    settings = studio.settings
    age = timedelta(hours=settings.keep_temp_hours)
    dead = studio.folders.sweep_dead()
    temporary = studio.blobs.temp_files(age.total_seconds())
    for path in temporary:
        path.unlink(missing_ok=True)
    live = live_hashes(studio.db)
    swept = studio.blobs.sweep(live, age.total_seconds())
    thumbnails = sweep_thumbnails(settings.thumbnail_dir, live, age.total_seconds())
    settled = tidy(studio.db)
    leftovers = AnswerFolder(settings.call_dir).leftovers(
        kept_answers(studio.db), age.total_seconds()
    )
    for path in leftovers:
        path.unlink(missing_ok=True)
    tree = PublishedTree(settings.published_dir)
    live_roots = {publication.root for publication in game.publications(studio.db)}
    orphans = tree.orphans(live_roots, min_age_seconds=age.total_seconds())
    for relative in orphans:
        tree.remove(relative)
    before = datetime.now(UTC) - timedelta(days=settings.keep_events_days)
    return HouseReport(
        dead_folders=dead,
        temporary_files=len(temporary),
        orphan_blobs=swept.files,
        orphan_bytes=swept.size,
        orphan_releases=len(orphans),
        old_events=events.prune(studio.db, before),
        call_leftovers=len(leftovers),
        dead_calls=settled,
        old_acts=forget_acts(studio.db, _REPEATED),
        old_tries=forget_tries(studio.db),
        old_deliveries=forget_deliveries(studio.db, timedelta(days=settings.keep_events_days)),
        thumbnails=thumbnails,
        old_mixes=sweep_mixes(settings.blind_dir),
    )

"""Mixes of kept stems by take, and the votes of people on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.mix_tables import MixRow, MixVoteRow
from arena_assets.store.plans import locked_plan


@dataclass(frozen=True, slots=True)
class KeptMix:
    """One row, its JSON as it was given."""

    take: int
    source: Mapping[str, Any]
    sheet: Mapping[str, Any]
    origin: str
    tournament: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class KeptVote:
    better: int
    worse: int
    voter: str


def keep_mix(session: Session, arena_id: int, track: str, mix: KeptMix) -> None:
    """Say what a take is mixed from, before anybody makes it; the plan must be locked."""
    session.merge(
        MixRow(
            arena_id=arena_id,
            track=track,
            take=mix.take,
            source=dict(mix.source),
            sheet=dict(mix.sheet),
            origin=mix.origin,
            tournament=None if mix.tournament is None else dict(mix.tournament),
            at=utc_now(),
        )
    )


def mixes_of(db: Database, arena_id: int, track: str) -> list[KeptMix]:
    """All takes of a track that are mixes, the first first."""
    query = (
        select(MixRow)
        .where(MixRow.arena_id == arena_id, MixRow.track == track)
        .order_by(MixRow.take)
    )
    with db.read() as session:
        return [_kept(row) for row in session.scalars(query)]


def mix_of(db: Database, arena_id: int, track: str, take: int) -> KeptMix | None:
    """What a take is mixed from; None when it is played as well."""
    with db.read() as session:
        row = session.get(MixRow, (arena_id, track, take))
        return None if row is None else _kept(row)


def latest_tournament(db: Database, arena_id: int, track: str) -> KeptMix | None:
    """The newest take that a tournament made."""
    query = (
        select(MixRow)
        .where(MixRow.arena_id == arena_id, MixRow.track == track, MixRow.tournament.is_not(None))
        .order_by(MixRow.take.desc())
        .limit(1)
    )
    with db.read() as session:
        row = session.scalar(query)
        return None if row is None else _kept(row)


def add_vote(db: Database, arena_id: int, track: str, take: int, vote: KeptVote) -> bool:
    """Keep a vote on the tournament that made ``take``; False, and nothing is kept, when its voter
    has chosen between these two before."""
    pair = {vote.better, vote.worse}
    with db.write() as session:
        locked_plan(session, arena_id)
        before = session.scalars(
            select(MixVoteRow).where(
                MixVoteRow.arena_id == arena_id,
                MixVoteRow.track == track,
                MixVoteRow.tournament_take == take,
                MixVoteRow.voter == vote.voter[:64],
            )
        )
        if any({each.better, each.worse} == pair for each in before):
            return False
        session.add(
            MixVoteRow(
                arena_id=arena_id,
                track=track,
                tournament_take=take,
                better=vote.better,
                worse=vote.worse,
                voter=vote.voter[:64],
                at=utc_now(),
            )
        )
    return True


def votes_on(db: Database, arena_id: int, track: str, take: int) -> list[KeptVote]:
    """All votes on a tournament, the oldest first."""
    query = (
        select(MixVoteRow)
        .where(
            MixVoteRow.arena_id == arena_id,
            MixVoteRow.track == track,
            MixVoteRow.tournament_take == take,
        )
        .order_by(MixVoteRow.id)
    )
    with db.read() as session:
        return [KeptVote(row.better, row.worse, row.voter) for row in session.scalars(query)]


def _kept(row: MixRow) -> KeptMix:
    return KeptMix(row.take, row.source, row.sheet, row.origin, row.tournament)

"""The tables of mixes: takes of tracks that are mixes of kept stems, and people's votes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from arena_assets.store.base import Base, BigKey, Json, UtcDateTime


class MixRow(Base):
    """A take of a track that is mixed from the stems of an earlier one.

    ``source`` names the files it is made from, ``sheet`` its parameters, ``tournament`` what was
    held to find them, lineage and judge's votes included.
    """

    __tablename__ = "mixes"

    arena_id: Mapped[int] = mapped_column(
        ForeignKey("arena_plans.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    track: Mapped[str] = mapped_column(String(16), primary_key=True)
    take: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[dict[str, Any]] = mapped_column(Json)
    sheet: Mapped[dict[str, Any]] = mapped_column(Json)
    origin: Mapped[str] = mapped_column(String(32))
    tournament: Mapped[dict[str, Any] | None] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class MixVoteRow(Base):
    """A person's choice between two mixes of a tournament, by their numbers in it."""

    __tablename__ = "mix_votes"
    __table_args__ = (
        CheckConstraint("better <> worse", name="two"),
        Index("ix_mix_votes_track", "arena_id", "track", "tournament_take"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    arena_id: Mapped[int] = mapped_column(ForeignKey("arena_plans.id", ondelete="CASCADE"))
    track: Mapped[str] = mapped_column(String(16))
    tournament_take: Mapped[int]
    better: Mapped[int]
    worse: Mapped[int]
    voter: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

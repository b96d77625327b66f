"""The two tables the game reads. Their shape is the game's: change it only together with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from arena_assets.store.base import Base, Json, UtcDateTime


class GameArenaRow(Base):
    __tablename__ = "arenas"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(100))
    mana_color: Mapped[str] = mapped_column(String(20))
    passive_effect: Mapped[dict[str, Any]] = mapped_column(Json)
    objective: Mapped[dict[str, Any]] = mapped_column(Json)
    hazard: Mapped[dict[str, Any]] = mapped_column(Json)
    special_rules: Mapped[list[Any]] = mapped_column(Json)
    story_text: Mapped[str] = mapped_column(Text)
    flavor_text: Mapped[str] = mapped_column(Text)
    background_music: Mapped[str] = mapped_column(String(255))
    ambient_sounds: Mapped[str] = mapped_column(String(255))
    difficulty_rating: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GameClipRow(Base):
    __tablename__ = "arena_clips"

    id: Mapped[int] = mapped_column(primary_key=True)
    arena_id: Mapped[int] = mapped_column(ForeignKey("arenas.id", ondelete="CASCADE"), index=True)
    clip_type: Mapped[str] = mapped_column(String(32))
    file_path: Mapped[str] = mapped_column(String(255))
    trigger_condition: Mapped[dict[str, Any] | None] = mapped_column(Json)
    duration_seconds: Mapped[float]
    resolution: Mapped[str] = mapped_column(String(20))
    file_size_mb: Mapped[float]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

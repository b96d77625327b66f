"""The versions of a project's style and rules: whole rows, counted from 1, never changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import JsonValue
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from arena_assets.domain.rules import Rules
from arena_assets.domain.style import NO_STYLE, Style
from arena_assets.errors import NotFound
from arena_assets.store import events
from arena_assets.store.audit import record
from arena_assets.store.base import utc_now
from arena_assets.store.database import Database
from arena_assets.store.review_tables import VersionRow
from arena_assets.store.statements import upsert
from arena_assets.store.tables import ProjectRow


class VersionKind(StrEnum):
    STYLE = "style"
    RULES = "rules"


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was saved."""

    version: int
    content: dict[str, Any]
    who: str
    at: datetime


def newest_version(session: Session, project_id: int, kind: VersionKind) -> int | None:
    """The number of the newest version; None when there is none."""
    query = select(func.max(VersionRow.version))
    return session.scalar(
        query.where(VersionRow.project_id == project_id, VersionRow.kind == kind.value)
    )


def ensure_project(db: Database, slug: str) -> int:
    """The number of a project, which is made if it is not there."""
    with db.write() as session:
        new = upsert(session, ProjectRow, slug=slug, next_pair=0, created_at=utc_now())
        if session.execute(
            new.on_conflict_do_nothing(index_elements=["slug"]).returning(ProjectRow.id)
        ).first():
            record(session, "project.make", slug, project=slug)
        return session.execute(select(ProjectRow.id).where(ProjectRow.slug == slug)).scalar_one()


def project_id_of(db: Database, slug: str) -> int:
    """The number of a project; raises :class:`NotFound`."""
    with db.read() as session:
        found = session.scalar(select(ProjectRow.id).where(ProjectRow.slug == slug))
    if found is None:
        raise NotFound(f"There is no project '{slug[:48]}'", "Make it first, or choose another")
    return found


def project_slugs(db: Database) -> dict[int, str]:
    """Every project's name by its number."""
    with db.read() as session:
        return dict(session.execute(select(ProjectRow.id, ProjectRow.slug)).tuples().all())


def save_version(
    db: Database, slug: str, kind: VersionKind, content: dict[str, Any], who: str
) -> int:
    """Keep a version and return its number; what already is the newest stays it."""
    project_id = project_id_of(db, slug)
    with db.write() as session:
        # The project's row is what callers at once wait for.
        session.get(ProjectRow, project_id, with_for_update=True)
        newest = newest_version(session, project_id, kind)
        before: dict[str, Any] = {}
        if newest is not None:
            row = session.get_one(VersionRow, (project_id, kind.value, newest))
            if row.content == content:
                return newest
            before = row.content
        number = (newest or 0) + 1
        session.add(
            VersionRow(
                project_id=project_id,
                kind=kind.value,
                version=number,
                content=content,
                who=who,
                at=utc_now(),
            )
        )
        session.flush()
        changed = sorted(
            name for name in {*before, *content} if before.get(name) != content.get(name)
        )
        what = "style.save" if kind is VersionKind.STYLE else "project.rules"
        record(session, what, slug, project=slug, was=newest, version=number, changed=changed)
        data: dict[str, JsonValue] = {"version": number, "who": who}
        events.append(session, f"project_{kind}_changed", project_id=project_id, data=data)
        return number


def versions_of(db: Database, slug: str, kind: VersionKind) -> list[Version]:
    """All versions, the newest first."""
    project_id = project_id_of(db, slug)
    query = select(VersionRow).where(
        VersionRow.project_id == project_id, VersionRow.kind == kind.value
    )
    with db.read() as session:
        rows = session.scalars(query.order_by(VersionRow.version.desc()))
        return [Version(row.version, row.content, row.who, row.at) for row in rows]


def rules_of(db: Database, slug: str) -> Rules:
    """The project's rules now; the usual ones when nobody has set any."""
    return rules_of_projects(db, [slug])[slug]


def rules_of_projects(db: Database, slugs: Collection[str] | None = None) -> dict[str, Rules]:
    """The rules now of several projects by name; None is every project that has set any."""
    newer = aliased(VersionRow)
    superseded = exists().where(
        newer.project_id == VersionRow.project_id,
        newer.kind == VersionRow.kind,
        newer.version > VersionRow.version,
    )
    query = (
        select(ProjectRow.slug, VersionRow.content)
        .join(ProjectRow, VersionRow.project_id == ProjectRow.id)
        .where(VersionRow.kind == VersionKind.RULES.value, ~superseded)
    )
    if slugs is not None:
        query = query.where(ProjectRow.slug.in_(slugs))
    found = dict.fromkeys(slugs or (), Rules())
    with db.read() as session:
        for slug, content in session.execute(query):
            found[slug] = Rules.model_validate(content)
    return found


def style_of(db: Database, slug: str) -> Style:
    """The project's style now; an empty one when nobody has set any."""
    query = (
        select(VersionRow.content)
        .join(ProjectRow, VersionRow.project_id == ProjectRow.id)
        .where(ProjectRow.slug == slug, VersionRow.kind == VersionKind.STYLE.value)
        .order_by(VersionRow.version.desc())
        .limit(1)
    )
    with db.read() as session:
        content = session.scalar(query)
    return NO_STYLE if content is None else Style.model_validate(content)


def style_at(db: Database, slug: str, version: int | None) -> Style:
    """One version of the project's style; an empty one for None."""
    if version is None:
        return NO_STYLE
    query = (
        select(VersionRow.content)
        .join(ProjectRow, VersionRow.project_id == ProjectRow.id)
        .where(ProjectRow.slug == slug, VersionRow.kind == VersionKind.STYLE.value)
    )
    with db.read() as session:
        content = session.scalar(query.where(VersionRow.version == version))
    if content is None:
        raise NotFound(
            f"Project '{slug}' has no version {version} of its style", "Choose one it has"
        )
    return Style.model_validate(content)

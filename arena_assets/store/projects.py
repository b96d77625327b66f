"""What a project has chosen for itself, beside its budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update

from arena_assets.errors import NotFound
from arena_assets.store.audit import record
from arena_assets.store.database import Database
from arena_assets.store.tables import ProjectRow


@dataclass(frozen=True, slots=True)
class ProjectChoices:
    """``fallback``: the embedded studio makes what a service that is out cannot.
    ``publish_fallbacks``: arenas with such results may be published."""

    project: str
    fallback: bool = False
    publish_fallbacks: bool = False


def project_choices(db: Database, project: str) -> ProjectChoices:
    """A project's choices; raises :class:`NotFound` for one that has asked for nothing yet."""
    with db.read() as session:
        row = session.scalar(select(ProjectRow).where(ProjectRow.slug == project))
    if row is None:
        raise _no_project(project)
    return ProjectChoices(row.slug, row.fallback, row.publish_fallbacks)


def set_project_choices(
    db: Database,
    project: str,
    *,
    fallback: bool | None = None,
    publish_fallbacks: bool | None = None,
) -> ProjectChoices:
    """Change what is given, and return all of it; raises :class:`NotFound`."""
    given = {"fallback": fallback, "publish_fallbacks": publish_fallbacks}
    changes: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
    if changes:
        statement = update(ProjectRow).where(ProjectRow.slug == project).values(**changes)
        with db.write() as session:
            row = session.scalar(select(ProjectRow).where(ProjectRow.slug == project))
            was = {} if row is None else {name: getattr(row, name) for name in changes}
            if session.execute(statement.returning(ProjectRow.id)).first() is None:
                raise _no_project(project)
            record(session, "project.choices", project, project=project, was=was, now=changes)
    return project_choices(db, project)


def projects_that_fall_back(db: Database) -> frozenset[str]:
    """The projects whose arenas need not wait for a service."""
    with db.read() as session:
        return frozenset(session.scalars(select(ProjectRow.slug).where(ProjectRow.fallback)))


def _no_project(project: str) -> NotFound:
    return NotFound(
        f"There is no project {project}", "A project begins with its first 'arena request'"
    )

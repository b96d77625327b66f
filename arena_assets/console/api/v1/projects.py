"""Projects: rules, style, what a style would change, reference pictures, help with words."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import Field

from arena_assets.actions import style as styling
from arena_assets.actions.handover import awaited
from arena_assets.actions.prompt_help import help_with
from arena_assets.actions.quotes import usd_data
from arena_assets.console.api.v1.reach import (
    At,
    Once,
    Producer,
    ProjectSlug,
    Reader,
    Spender,
    in_order,
    plan_for,
    project_for,
    require_project,
    sees,
)
from arena_assets.console.api.v1.shapes import Given
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.console.paying import may_have_help
from arena_assets.domain.identity import partition_key, project_slug
from arena_assets.domain.request import BRIEF_MAX
from arena_assets.domain.rules import Rules, parse_rules
from arena_assets.domain.style import REFERENCE_KIND, Style, parse_style
from arena_assets.errors import NotFound, UsageFault
from arena_assets.inspect.limits import MEBIBYTE
from arena_assets.store.audit import record
from arena_assets.store.requests import list_projects
from arena_assets.store.versions import (
    VersionKind,
    ensure_project,
    rules_of,
    style_at,
    style_of,
    versions_of,
)

router = APIRouter(prefix="/projects", tags=["projects"])
REFERENCE_BYTES = 12 * MEBIBYTE
_EXAMPLE_STYLE = {
    "palette": ["verdigris", "old gold"],
    "materials": ["weathered bronze"],
    "mood": ["calm"],
    "negative": ["neon"],
    "characters": [{"name": "Ysra", "description": "a cartographer who lost her map"}],
}
_EXAMPLE_RULES = {"publishing": "reviewed", "review": ["image_set", "final_videos"]}
Loose = Annotated[dict[str, Any], Body(max_length=20)]


class NewProject(Given):
    project: Annotated[str, Field(max_length=48, examples=["card-game"])]


class Applied(Given):
    """``arenas`` left out: every one the style would change. ``version`` left out: the newest."""

    version: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    arenas: Annotated[list[Annotated[str, Field(max_length=20)]] | None, Field(max_length=500)] = (
        None
    )
    unpin: bool = False


class Draft(Given):
    """A request's brief, and who shall help with it."""

    text: Annotated[str, Field(max_length=BRIEF_MAX)]
    by: Annotated[str, Field(pattern="^(embedded|claude)$")] = "embedded"


@router.get("", summary="The projects you may see")
def read_projects(at: At, reader: Reader) -> list[str]:
    return [slug for slug in list_projects(at.db) if sees(reader, slug)]


@router.post("", status_code=201, summary="Make a project; one that is there stays as it is")
def make_project(at: At, producer: Producer, new: NewProject, acts: Once) -> Response:
    slug = project_slug(new.project)
    require_project(producer, slug)

    def act() -> dict[str, Any]:
        ensure_project(at.db, slug)
        return _project(at, slug)

    return acts.once(producer, new, act, status=201)


@router.get("/{project}", summary="A project's rules and style")
def read_project(at: At, reader: Reader, project: ProjectSlug) -> dict[str, Any]:
    return _project(at, project_for(at, reader, project))


@router.put("/{project}/rules", summary="How it publishes, what needs approval, its defaults")
def set_rules(
    at: At,
    producer: Producer,
    project: ProjectSlug,
    given: Annotated[Loose, Body(examples=[_EXAMPLE_RULES])],
    acts: Once,
) -> Response:
    slug = project_for(at, producer, project)
    rules = parse_rules(given)

    def act() -> dict[str, Any]:
        return _saved("rules", styling.save_rules(at.db, slug, rules, who=producer.name), rules)

    return acts.once(producer, given, act)


@router.get("/{project}/style/versions", summary="Every version of the style, the newest first")
def read_styles(at: At, reader: Reader, project: ProjectSlug) -> list[dict[str, Any]]:
    slug = project_for(at, reader, project)
    return [
        {"version": each.version, "style": each.content, "who": each.who, "at": each.at.isoformat()}
        for each in versions_of(at.db, slug, VersionKind.STYLE)
    ]


@router.put("/{project}/style", summary="Save a new version of the style; nothing is made anew")
def set_style(
    at: At,
    producer: Producer,
    project: ProjectSlug,
    given: Annotated[Loose, Body(examples=[_EXAMPLE_STYLE])],
    acts: Once,
) -> Response:
    slug = project_for(at, producer, project)
    style = parse_style(given)

    def act() -> dict[str, Any]:
        version = styling.save_style(at.db, at.blobs, slug, style, who=producer.name)
        return _saved("style", version, style)

    return acts.once(producer, given, act)


@router.post("/{project}/style/effect", summary="What a style would make stale, and the price")
def read_effect(
    at: At,
    reader: Reader,
    project: ProjectSlug,
    given: Annotated[Loose, Body(examples=[_EXAMPLE_STYLE])],
) -> dict[str, Any]:
    slug = project_for(at, reader, project)
    found = styling.style_effect(at.settings, at.db, slug, parse_style(given))
    return {
        "arenas": [
            {
                "arena": partition_key(each.arena_id),
                "stale": in_order(each.stale),
                "rebuilt": in_order(each.rebuilt),
                "approved_in_the_way": in_order(each.pinned),
            }
            for each in found.arenas
        ],
        "untouched": found.untouched,
        "usd": usd_data(found.usd),
    }


@router.post("/{project}/style/apply", summary="Make arenas anew in a version of the style")
def apply_style(
    at: At, spender: Spender, project: ProjectSlug, applied: Applied, acts: Once
) -> Response:
    slug = project_for(at, spender, project)
    return acts.once(
        spender,
        applied,
        lambda: _apply(at, spender, slug, applied),
        then=acts.hand_over,
    )


def _apply(at: Desk, spender: Principal, slug: str, applied: Applied) -> dict[str, Any]:
    version = applied.version or styling.latest_style_version(at.db, slug)
    if applied.arenas is None:
        style = style_at(at.db, slug, version)
        effect = styling.style_effect(at.settings, at.db, slug, style)
        arena_ids = [each.arena_id for each in effect.arenas]
    else:
        arena_ids = [plan_for(at, spender, each).arena_id for each in applied.arenas]
    launches = styling.apply_style(
        at.db, slug, version, arena_ids, who=spender.name, unpin=applied.unpin
    )
    return {
        "version": version,
        "launches": {partition_key(each): launch for each, launch in launches.items()},
        "words": awaited(at.settings).sentence,
    }


@router.post("/{project}/references", status_code=201, summary="Keep a reference picture")
def add_reference(
    at: At, producer: Producer, project: ProjectSlug, picture: UploadFile, acts: Once
) -> Response:
    """PNG, WebP or JPEG, at most 12 MB; put its answer into the style's `references`."""
    slug = project_for(at, producer, project)
    content = picture.file.read(REFERENCE_BYTES + 1)
    if len(content) > REFERENCE_BYTES:
        raise UsageFault("The picture has more than 12 MB", "Send a smaller one")
    # The same bytes are the same blob, however often they are kept; that is done before.
    kept = styling.add_reference(at.blobs, content)

    def act() -> dict[str, Any]:
        record(at.db, "style.reference", kept.sha256[:16], project=slug, size=kept.size)
        return kept.model_dump(mode="json")

    sent = {"sha256": hashlib.sha256(content).hexdigest()}
    return acts.once(producer, sent, act, status=201)


@router.get(
    "/{project}/references/{sha256}",
    summary="A reference picture of the style",
    response_class=FileResponse,
    responses={200: {"content": {"image/webp": {}}}},
)
def read_reference(
    at: At,
    reader: Reader,
    project: ProjectSlug,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
) -> FileResponse:
    """Only what some version of this project's style names."""
    slug = project_for(at, reader, project)
    for version in versions_of(at.db, slug, VersionKind.STYLE):
        for ref in Style.model_validate(version.content).references:
            if ref.sha256 == sha256:
                return FileResponse(at.blobs.path(ref), media_type=REFERENCE_KIND[0])
    raise NotFound("There is no such reference picture", "See the project's style")


@router.post("/{project}/prompt-help", summary="A better wording of a brief, with what changed")
def help_with_prompt(
    at: At, reader: Reader, project: ProjectSlug, draft: Draft, acts: Once
) -> Response:
    """By the embedded helper for free, or by Claude at its price, once for the same words."""
    slug = project_for(at, reader, project)
    may_have_help(reader, draft.by)
    return acts.once_elsewhere(
        reader, draft, lambda: help_with(at.settings, at.db, slug, draft.text, by=draft.by)
    )


def _saved(name: str, version: int, content: Rules | Style) -> dict[str, Any]:
    return {"version": version, name: content.model_dump(mode="json")}


def _project(at: At, slug: str) -> dict[str, Any]:
    versions = versions_of(at.db, slug, VersionKind.STYLE)
    return {
        "project": slug,
        "rules": rules_of(at.db, slug).model_dump(mode="json"),
        "style": style_of(at.db, slug).model_dump(mode="json"),
        "style_version": versions[0].version if versions else None,
    }

"""The style bible of a project: its editor, and what a change would make stale."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import FileResponse
from starlette.concurrency import run_in_threadpool

from arena_assets.actions.style import (
    add_reference,
    apply_style,
    latest_style_version,
    save_style,
    style_effect,
)
from arena_assets.console.pages.shared import (
    Fields,
    Here,
    Producer,
    Reader,
    Spender,
    go,
    project_for,
    show,
)
from arena_assets.console.thumbnails import thumbnail
from arena_assets.domain.identity import partition_key
from arena_assets.domain.style import Style, parse_style
from arena_assets.errors import NotFound, UsageFault
from arena_assets.store.versions import VersionKind, style_of, versions_of

router = APIRouter(include_in_schema=False)
_LISTS = ("palette", "materials", "mood", "negative")
_REFERENCE_BYTES = 20_000_000


@router.get("/projects/{slug}/style")
def editor(request: Request, here: Here, who: Reader, slug: str) -> Response:
    """The style as it is, to be changed."""
    project_for(here, who, slug)
    return show(
        request,
        here,
        who,
        "style.html",
        place="projects",
        project=slug,
        style=style_of(here.db, slug),
        versions=versions_of(here.db, slug, VersionKind.STYLE),
        saved=request.query_params.get("saved") == "1",
    )


@router.post("/projects/{slug}/style/effect")
def effect(request: Request, here: Here, who: Reader, slug: str, form: Fields) -> Response:
    """Which arenas the style in the form would make stale, and what renewing them costs."""
    project_for(here, who, slug)
    request.state.audited = True  # asks, changes nothing
    style = _style(form, style_of(here.db, slug))
    return show(
        request,
        here,
        who,
        "parts/style_effect.html",
        place="projects",
        project=slug,
        effect=style_effect(here.settings, here.db, slug, style),
        partition_key=partition_key,
    )


@router.post("/projects/{slug}/style")
def save(request: Request, here: Here, who: Producer, slug: str, form: Fields) -> Response:
    """Keep it as a new version. No arena changes by that."""
    project_for(here, who, slug)
    style = _style(form, style_of(here.db, slug))
    save_style(here.db, here.blobs, slug, style, who=who.name)
    return go(f"/projects/{slug}/style?saved=1", request)


@router.post("/projects/{slug}/style/apply")
def apply(request: Request, here: Here, who: Spender, slug: str, form: Fields) -> Response:
    """Make the ticked arenas anew in the newest style."""
    project_for(here, who, slug)
    chosen = [int(each) for each in form.get("arena", []) if each.isascii() and each.isdigit()]
    if not chosen:
        raise UsageFault("No arena is ticked", "Tick those that shall be made anew")
    apply_style(
        here.db,
        slug,
        latest_style_version(here.db, slug),
        chosen,
        who=who.name,
        unpin=bool(form.get("unpin")),
    )
    return go(f"/arenas?project={slug}", request)


@router.post("/projects/{slug}/references")
async def reference(
    request: Request, here: Here, who: Producer, slug: str, picture: UploadFile
) -> Response:
    """Keep a reference picture: opened, measured and written anew before it is stored."""
    project_for(here, who, slug)
    content = await picture.read(_REFERENCE_BYTES + 1)
    if len(content) > _REFERENCE_BYTES:
        raise UsageFault("The picture is larger than 20 MB", "Choose a smaller one")
    kept = await run_in_threadpool(add_reference, here.blobs, content)
    style = style_of(here.db, slug)
    changed = style.model_copy(update={"references": (*style.references, kept)})
    save_style(here.db, here.blobs, slug, parse_style(changed.model_dump()), who=who.name)
    return go(f"/projects/{slug}/style", request)


@router.get("/projects/{slug}/references/{digest}")
def reference_picture(here: Here, who: Reader, slug: str, digest: str) -> Response:
    """A reference picture of the newest style, small."""
    project_for(here, who, slug)
    for ref in style_of(here.db, slug).references:
        if ref.sha256 == digest:
            small = thumbnail(here.settings.thumbnail_dir, here.blobs.path(ref), ref.sha256, 480)
            return FileResponse(
                small,
                media_type="image/webp",
                headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private"},
            )
    raise NotFound("There is no such reference picture", "See the project's style")


def _style(form: dict[str, list[str]], now: Style) -> Style:
    """The style of a form: one phrase a line, characters by name and description."""
    given: dict[str, object] = {
        name: [line.strip() for line in form.get(name, [""])[0].splitlines() if line.strip()]
        for name in _LISTS
    }
    pairs = zip(form.get("character", []), form.get("description", []), strict=False)
    given["characters"] = [
        {"name": name.strip(), "description": said.strip()} for name, said in pairs if name.strip()
    ]
    removed = set(form.get("remove", []))
    given["references"] = [ref.model_dump() for ref in now.references if ref.sha256 not in removed]
    return parse_style(given)

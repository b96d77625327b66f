"""Pictures, clips, tracks and models, by arena, slot, file and hash; never by a path.

A blob under its hash never changes, so its address may be kept for ever. Anything that a browser
could run is sent as a download. Engine packs leave by one door, which asks for the approvals.
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from arena_assets.actions.arenas import pack_of, take_pack
from arena_assets.actions.packs import pack_name
from arena_assets.console.desk import Desk
from arena_assets.console.pages.shared import Here, Reader, plan_for
from arena_assets.console.thumbnails import WIDTHS, thumbnail
from arena_assets.domain.identity import partition_key, slugify
from arena_assets.domain.manifest import FileRef
from arena_assets.domain.slots import UPSTREAM, Slot, SlotName, pack_slot
from arena_assets.errors import NotFound
from arena_assets.store import results
from arena_assets.store.database import Database
from arena_assets.store.plans import Plan

router = APIRouter(tags=["media"])
HASH_LETTERS = 20
_HASH = re.compile(rf"[0-9a-f]{{{HASH_LETTERS}}}")
_SHOWN = frozenset(
    {
        "image/png",
        "image/webp",
        "image/jpeg",
        "video/mp4",
        "video/ogg",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "model/gltf-binary",
        "application/json",
    }
)
# Private: a shared cache must not hand one person's arenas to another.
_KEPT = "private, max-age=31536000, immutable"


def media_url(arena_id: int, slot: SlotName, role: str, ref: FileRef) -> str:
    """The address of one file of a slot, good as long as its bytes are kept."""
    where = f"{partition_key(arena_id)}/{slot.asset}/{slot.name}"
    return f"/media/{where}/{ref.sha256[:HASH_LETTERS]}/{role}"


@router.get("/media/{arena}/{asset}/{name}/{digest}/{role}")
@router.head("/media/{arena}/{asset}/{name}/{digest}/{role}", include_in_schema=False)
def media(
    request: Request,
    here: Here,
    who: Reader,
    arena: str,
    asset: str,
    name: str,
    digest: str,
    role: str,
    w: int | None = None,
    download: bool = False,
) -> Response:
    """One file, or with ``w`` a small WebP of a picture. Answers ranges and ``If-None-Match``."""
    plan = plan_for(here, who, arena)
    slot = SlotName(asset, name)
    ref = _file(here.db, plan, slot, digest, role)
    if slot == pack_slot():
        return pack_answer(request, here, plan)
    etag = f'"{ref.sha256}{f"-{w}" if w else ""}"'
    headers = {
        "ETag": etag,
        "Cache-Control": _KEPT,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if etag in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    path = here.blobs.path(ref)
    if w is not None:
        if w not in WIDTHS or not ref.media_type.startswith("image/"):
            raise NotFound("There is no small picture of that", f"Widths are {sorted(WIDTHS)}")
        small = thumbnail(here.settings.thumbnail_dir, path, ref.sha256, w)
        return FileResponse(small, media_type="image/webp", headers=headers)
    inline = ref.media_type in _SHOWN and not download
    return FileResponse(
        path,
        media_type=ref.media_type,
        filename=_file_name(plan, slot, role, ref),
        content_disposition_type="inline" if inline else "attachment",
        headers=headers,
    )


def pack_answer(request: Request, here: Desk, plan: Plan) -> FileResponse:
    """The engine pack of now, whole or a range of it; what every door to it answers.

    Raises :class:`Refused` while approvals are missing. A download is one line of the audit log,
    also when it comes in parts, whichever of them is asked for first.
    """
    if request.method == "HEAD":
        manifest = pack_of(here.db, plan)
    else:
        begins = request.headers.get("range", "bytes=0-").startswith("bytes=0-")
        manifest = take_pack(here.db, plan, goes_on=not begins)
    ref = manifest.file("zip")
    return FileResponse(
        here.blobs.path(ref),
        media_type="application/zip",
        filename=pack_name(plan),
        headers={"ETag": f'"{ref.sha256}"', "Cache-Control": "private, no-cache"},
    )


def _file(db: Database, plan: Plan, slot: SlotName, digest: str, role: str) -> FileRef:
    if slot in UPSTREAM and _HASH.fullmatch(digest):
        for manifest in results.history_of(db, Slot(plan.arena_id, slot)):
            ref = manifest.files.get(role)
            if ref is not None and ref.sha256.startswith(digest):
                return ref
    raise NotFound(
        f"{plan.partition} has no such file", f"See the page of the arena: /arenas/{plan.partition}"
    )


def _file_name(plan: Plan, slot: SlotName, role: str, ref: FileRef) -> str:
    """A name made by us from ids and a slug: nothing of it comes from the request."""
    part = slot.asset if slot.name == "-" else f"{slot.asset}-{slot.name}"
    extra = "" if role in ("picture", "mp4", "zip", "glb") else f"-{slugify(role)}"
    return f"{plan.partition}-{slugify(plan.name or 'arena')}-{part}{extra}{ref.suffix}"

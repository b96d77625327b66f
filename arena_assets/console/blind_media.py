"""What is seen and heard in a blind comparison, by a token that says nothing."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response

from arena_assets.actions.blind import Blind, Takes, find_side, mix_pairs, side_among
from arena_assets.actions.mixing import mix_file
from arena_assets.console.desk import Desk
from arena_assets.console.padded import padded, padded_length
from arena_assets.console.pages.shared import Here, Reviewer, plan_for
from arena_assets.console.thumbnails import thumbnail
from arena_assets.domain.identity import partition_key
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import IMAGES, MUSIC, Slot, SlotName
from arena_assets.errors import NotFound
from arena_assets.ledger.quoting import signing_key
from arena_assets.workshop.mixes import TrackDesk

router = APIRouter(tags=["media"])
_WIDTH = 1600
_ROLES = {MUSIC: ("wav", "mp3", "ogg")}
_FILM = ("mp4", "master")


def side_url(slot: Slot, token: str) -> str:
    """Where a side is seen or heard."""
    return f"/blind/{partition_key(slot.arena_id)}/{slot.where.asset}/{slot.where.name}/{token}"


def mix_url(slot: Slot, token: str) -> str:
    return f"/blind/mixes/{partition_key(slot.arena_id)}/{slot.where.name}/{token}"


@router.get("/blind/mixes/{arena}/{track}/{token}")
def mix_side(
    request: Request, here: Here, who: Reviewer, arena: str, track: str, token: str
) -> Response:
    """One mix of an open pair as WAV; mixed when it is first asked for."""
    plan = plan_for(here, who, arena)
    desk = TrackDesk(here.db, here.blobs, plan.arena_id, track)
    pair, side = side_among(blind_mixes(here, desk), token)
    paths = {
        each.token: mix_file(here.settings, desk, each.candidate, ".wav") for each in pair.sides
    }
    return padded(request, paths[side.token], padded_length(*paths.values()), "audio/wav")


@router.get("/blind/{arena}/{asset}/{name}/{token}")
def take_side(
    request: Request, here: Here, who: Reviewer, arena: str, asset: str, name: str, token: str
) -> Response:
    """One take of a pair; both are as long."""
    plan = plan_for(here, who, arena)
    slot = Slot(plan.arena_id, SlotName(asset, name))
    secret = signing_key(here.settings.data_dir)
    takes, side = find_side(here.db, slot, token, who=who.owner, secret=secret)
    return _take(request, here, slot, takes, side.candidate)


def blind_mixes(here: Desk, desk: TrackDesk) -> tuple[Blind, ...]:
    """The pairs of the track's last tournament; the same for everybody."""
    return mix_pairs(desk, secret=signing_key(here.settings.data_dir))


def _take(request: Request, here: Desk, slot: Slot, takes: Takes, number: int) -> Response:
    paths = {}
    media_type = ""
    for side in takes.blind.sides:
        paths[side.candidate], media_type = _shown(here, slot, takes.of(side))
    return padded(request, paths[number], padded_length(*paths.values()), media_type)


def _shown(here: Desk, slot: Slot, manifest: SlotManifest) -> tuple[Path, str]:
    if slot.where.asset == IMAGES:
        ref = manifest.file("picture")
        return thumbnail(
            here.settings.thumbnail_dir, here.blobs.path(ref), ref.sha256, _WIDTH
        ), "image/webp"
    for role in _ROLES.get(slot.where.asset, _FILM):
        if role in manifest.files:
            ref = manifest.file(role)
            return here.blobs.path(ref), ref.media_type
    raise NotFound(f"{slot} has nothing to look at or hear", "See its files on its page")

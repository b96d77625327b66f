"""What is seen and heard in a blind comparison, by a token that says nothing."""

from __future__ import annotations

import shutil
import uuid
from pathlib import Path
from threading import Lock

from fastapi import APIRouter, Request, Response

from arena_assets.actions.blind import Blind, Takes, blind, find_side
from arena_assets.console.auth.principal import Principal
from arena_assets.console.desk import Desk
from arena_assets.console.padded import padded, padded_length
from arena_assets.console.pages.shared import Here, Reviewer, plan_for
from arena_assets.console.thumbnails import thumbnail
from arena_assets.domain.identity import partition_key
from arena_assets.domain.manifest import SlotManifest
from arena_assets.domain.slots import IMAGES, MUSIC, Slot, SlotName
from arena_assets.errors import NotFound
from arena_assets.ledger.quoting import signing_key
from arena_assets.store.faults import folder_faults
from arena_assets.workshop.mixes import TrackDesk

router = APIRouter(tags=["media"])
_WIDTH = 1600
_ROLES = {MUSIC: ("wav", "mp3", "ogg")}
_FILM = ("mp4", "master")
_MIXING = Lock()
"""One pair at a time: mixing a track takes some seconds of a core."""


def owner_of(who: Principal) -> str:
    """Whose order it is."""
    return f"user {who.user_id}"


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
    _, held = desk.tournament()
    for number in range(1, len(held.pairs) + 1):
        pair = blind_mixes(here, desk, number)
        for side in pair.sides:
            if side.token == token:
                paths = _mixed(here, desk, pair)
                return padded(
                    request, paths[side.token], padded_length(*paths.values()), "audio/wav"
                )
    raise NotFound("There is no such side", "Begin the comparison again from the track's page")


@router.get("/blind/{arena}/{asset}/{name}/{token}")
def take_side(
    request: Request, here: Here, who: Reviewer, arena: str, asset: str, name: str, token: str
) -> Response:
    """One take of a pair; both are as long."""
    plan = plan_for(here, who, arena)
    slot = Slot(plan.arena_id, SlotName(asset, name))
    secret = signing_key(here.settings.data_dir)
    takes, side = find_side(here.db, slot, token, who=owner_of(who), secret=secret)
    return _take(request, here, slot, takes, side.candidate)


def blind_mixes(here: Desk, desk: TrackDesk, number: int) -> Blind:
    """A pair of the track's last tournament, counted from 1; the same for everybody."""
    kept, _ = desk.tournament()
    about = f"{desk.slot}/mixes {kept.take}/pair {number}"
    return blind(signing_key(here.settings.data_dir), about, desk.pair(number))


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


def _mixed(here: Desk, desk: TrackDesk, pair: Blind) -> dict[str, Path]:
    """The WAV of each side, kept for a while in the data folder."""
    folder = here.settings.blind_dir / "-".join(each.token for each in pair.sides)
    paths = {each.token: folder / f"{each.token}.wav" for each in pair.sides}
    with _MIXING, folder_faults(here.settings.data_dir):
        if not folder.exists():
            fresh = folder.with_name(f".{uuid.uuid4().hex}")
            fresh.mkdir(parents=True)
            try:
                for each in pair.sides:
                    desk.write_mix(each.candidate, fresh / f"{each.token}.wav")
                fresh.replace(folder)
            finally:
                shutil.rmtree(fresh, ignore_errors=True)
    return paths

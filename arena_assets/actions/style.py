"""A project's style: saving it, seeing what it would make stale and at what price, applying it.

An arena is made in the style its project had when it was asked for. A new style changes nothing by
itself: applying it to an arena is an act, with its list and its price shown before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from arena_assets.actions.redo import rebuilt_by, require_unpinned, tell_unpinned
from arena_assets.domain.identity import partition_key
from arena_assets.domain.manifest import FileRef, SlotManifest
from arena_assets.domain.quote_costs import Usd
from arena_assets.domain.redo_costs import slots_usd
from arena_assets.domain.rules import Rules
from arena_assets.domain.slots import UPSTREAM, SlotName
from arena_assets.domain.style import REFERENCE_KIND, Style
from arena_assets.errors import BlobDamaged, NotFound, Refused, UsageFault
from arena_assets.ledger.quoting import Counter
from arena_assets.providers.style import style_terms
from arena_assets.settings import Settings
from arena_assets.store import results
from arena_assets.store.audit import record
from arena_assets.store.blobs import BlobStore
from arena_assets.store.database import Database
from arena_assets.store.decisions import pins_of
from arena_assets.store.launches import want_launch
from arena_assets.store.plans import get_plan, list_plans, locked_plan, plan_project
from arena_assets.store.versions import VersionKind, save_version, style_at, versions_of

_PAGE = 500


@dataclass(frozen=True, slots=True)
class StaleArena:
    """One arena that a style would change.

    ``stale`` come out otherwise by the style itself, ``rebuilt`` with all that is made from them;
    ``pinned`` are the approved ones among those: they stay unless their approval is taken back.
    """

    arena_id: int
    stale: tuple[SlotName, ...]
    rebuilt: tuple[SlotName, ...]
    pinned: tuple[SlotName, ...]


@dataclass(frozen=True, slots=True)
class StyleEffect:
    """What applying a style to all arenas of a project would do, and what it would cost."""

    arenas: tuple[StaleArena, ...]
    untouched: int
    usd: Usd


def save_style(db: Database, blobs: BlobStore, project: str, style: Style, *, who: str) -> int:
    """Keep a new version of a project's style and return its number.

    Raises :class:`UsageFault` for a reference picture that was never handed in.
    """
    for ref in style.references:
        try:
            blobs.verify(ref)
        except BlobDamaged as error:
            raise UsageFault(
                f"There is no reference picture {ref.sha256[:12]}…", "Hand the picture in first"
            ) from error
    return save_version(db, project, VersionKind.STYLE, style.model_dump(mode="json"), who)


def save_rules(db: Database, project: str, rules: Rules, *, who: str) -> int:
    """Keep a new version of a project's rules and return its number."""
    return save_version(db, project, VersionKind.RULES, rules.model_dump(mode="json"), who)


def style_effect(settings: Settings, db: Database, project: str, style: Style) -> StyleEffect:
    """Exactly the arenas and slots that a style would make stale, and the price. Changes nothing.

    A slot is stale when the part of the style that its maker follows differs from what it was made
    with; what was never made is not counted.
    """
    counter = Counter.open(settings, db)
    found: list[StaleArena] = []
    untouched = after = 0
    while page := list_plans(db, projects=[project], after=after, limit=_PAGE):
        after = page[-1].arena_id
        for plan in page:
            stale = _stale(results.for_arena(db, plan.arena_id), style)
            if not stale:
                untouched += 1
                continue
            rebuilt = rebuilt_by(stale)
            pins = pins_of(db, plan.arena_id)
            pinned = tuple(slot for slot in rebuilt if slot in pins)
            found.append(StaleArena(plan.arena_id, stale, rebuilt, pinned))
    again: Iterable[SlotName] = [slot for each in found for slot in each.rebuilt]
    usd = slots_usd(counter.tariff, again, counter.measured)
    return StyleEffect(tuple(found), untouched, usd)


def apply_style(
    db: Database,
    project: str,
    version: int,
    arena_ids: Collection[int],
    *,
    who: str,
    unpin: bool = False,
) -> dict[int, int]:
    """Make arenas anew in a version of their project's style; arena → launch.

    All or none. Raises :class:`NotFound` for an arena of another project, and :class:`Refused`,
    with the list, when approved items would change and ``unpin`` is not given.
    """
    style = style_at(db, project, version)
    touched = {}
    for arena_id in arena_ids:
        plan = get_plan(db, arena_id)
        if plan.project != project:
            raise NotFound(f"There is no {plan.partition} in '{project}'", "Choose one of its own")
        touched[arena_id] = rebuilt_by(_stale(results.for_arena(db, arena_id), style))
    launches = {}
    with db.write() as session:
        for arena_id in sorted(arena_ids):
            locked_plan(session, arena_id)
        for arena_id in sorted(arena_ids):
            launches[arena_id] = _restyle(
                session, arena_id, version, touched[arena_id], who=who, unpin=unpin
            )
    return launches


def latest_style_version(db: Database, project: str) -> int:
    """The number of the project's newest style; raises :class:`Refused` when it has none."""
    versions = versions_of(db, project, VersionKind.STYLE)
    if not versions:
        raise Refused(f"Project '{project}' has no style yet", "Save one first")
    return versions[0].version


def add_reference(blobs: BlobStore, content: bytes) -> FileRef:
    """Keep a reference picture: opened, measured and written anew, so that only pixels remain.

    Raises :class:`ContentFault` for what is no PNG, WebP or JPEG of sane size.
    """
    import tempfile
    from pathlib import Path

    from arena_assets.inspect.reference import plain_picture

    with tempfile.TemporaryDirectory(prefix="arena-reference-") as folder:
        received = Path(folder) / "received"
        received.write_bytes(content)
        media_type, suffix = REFERENCE_KIND
        plain = plain_picture(received, Path(folder) / f"plain{suffix}")
        return blobs.put_file(plain, media_type)


def _stale(kept: dict[SlotName, SlotManifest], style: Style) -> tuple[SlotName, ...]:
    return tuple(
        slot
        for slot in UPSTREAM
        if slot in kept
        and style_terms(slot.asset, kept[slot].provenance.provider, style)
        != (kept[slot].provenance.params.get("style") or {})
    )


def _restyle(
    session: Session,
    arena_id: int,
    version: int,
    touched: Iterable[SlotName],
    *,
    who: str,
    unpin: bool,
) -> int:
    unpinned = require_unpinned(session, arena_id, touched, who=who, unpin=unpin)
    plan = locked_plan(session, arena_id)
    was, plan.style_version = plan.style_version, version
    session.flush()
    record(
        session,
        "style.apply",
        partition_key(arena_id),
        project=plan_project(session, plan),
        was=was,
        version=version,
        unpinned=[str(slot) for slot in unpinned],
    )
    tell_unpinned(session, arena_id, unpinned, who)
    return want_launch(session, arena_id, f"style {version} ({who})")

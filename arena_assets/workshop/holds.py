"""Which arenas wait for a service, and which may go on: what the request sensor goes by.

An arena *needs* a service when its project has used it for some asset, and of that asset a slot
is not made yet at its current take. So an arena whose music is done is launched while the music
service is down, and one of a project that never used it, or that falls back, is too.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from arena_assets.domain.slots import UPSTREAM
from arena_assets.ledger.breaker import CLOSED, ServiceState, service_states
from arena_assets.store import plans, results, takes
from arena_assets.store.breakers import assets_served, forget_waits, outage_waits
from arena_assets.store.database import Database
from arena_assets.store.launches import want_launch, wanted
from arena_assets.store.plan_states import IN_FLIGHT, PlanState
from arena_assets.store.projects import projects_that_fall_back

_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Holds:
    """Arenas not to be launched now, and the services they wait for."""

    arenas: frozenset[int] = frozenset()
    services: tuple[ServiceState, ...] = ()

    @property
    def sentence(self) -> str | None:
        """Why some arenas are not launched; None when none is held back."""
        if not self.arenas:
            return None
        count = len(self.arenas)
        why = "; ".join(service.sentence for service in self.services)
        return f"{count} {'arena waits' if count == 1 else 'arenas wait'}: {why}."


def held_back(db: Database) -> Holds:
    """What must wait. Where a probe is due, one arena that needs the service goes first."""
    troubled = [state for state in service_states(db) if state.state != CLOSED]
    if not troubled:
        return Holds()
    falling_back = projects_that_fall_back(db)
    launches = [each for each in wanted(db) if each[1] not in falling_back]
    held: set[int] = set()
    services = []
    for service in troubled:
        served = assets_served(db, service.service)
        needing = [
            arena_id
            for arena_id, project in launches
            if needs(db, arena_id, served.get(project, ()))
        ]
        if not service.shut and not _in_flight(db, served):
            needing = needing[1:]
        if needing:
            services.append(service)
            held.update(needing)
    return Holds(frozenset(held), tuple(services))


def resume_waiting(db: Database) -> list[int]:
    """Launch again the arenas that failed for want of a service that is back, and name them.

    Of a service that is not back but may be probed, one.
    """
    waits = outage_waits(db)
    if not waits:
        return []
    states = {state.service: state for state in service_states(db)}
    resumed: list[int] = []
    over: list[int] = []
    for wait in waits:
        plan = plans.get_plan(db, wait.arena_id)
        if plan.state in IN_FLIGHT:
            continue
        if plan.state is not PlanState.FAILED:
            over.append(wait.arena_id)
            continue
        service = states.get(wait.service)
        if service is not None and service.state != CLOSED:
            served = assets_served(db, wait.service)
            if service.shut or _in_flight(db, served) or _launched_soon(db, served):
                continue
        want_launch(db, wait.arena_id, f"{wait.service} can be tried again")
        resumed.append(wait.arena_id)
    forget_waits(db, [*over, *resumed])
    return resumed


def needs(db: Database, arena_id: int, assets: Collection[str]) -> bool:
    """Whether a slot of one of these assets is still to be made for the arena."""
    if not assets:
        return False
    kept = results.for_arena(db, arena_id)
    later = takes.takes_of(db, arena_id)
    return any(
        slot not in kept or kept[slot].take != later.get(slot, 1)
        for slot in UPSTREAM
        if slot.asset in assets
    )


def _launched_soon(db: Database, served: dict[str, set[str]]) -> bool:
    """Whether a launch that is wanted already will probe the service."""
    return any(needs(db, arena_id, served.get(project, ())) for arena_id, project in wanted(db))


def _in_flight(db: Database, served: dict[str, set[str]]) -> bool:
    """Whether a run under way will come to the service by itself."""
    return any(
        needs(db, plan.arena_id, served.get(plan.project, ()))
        for plan in plans.list_plans(db, states=IN_FLIGHT, limit=_MANY)
    )

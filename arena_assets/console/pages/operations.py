"""Operations: services, queues, budgets, how long work takes, this machine, failures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request, Response

from arena_assets.console.machine import machine, parts
from arena_assets.console.pages.listing import shown
from arena_assets.console.pages.operations_live import read_pools
from arena_assets.console.pages.shared import Here, Reader, show, visible
from arena_assets.console.pages.slot_view import ASSET_WORDS
from arena_assets.console.paying import sees_budget
from arena_assets.ledger.breaker import service_states
from arena_assets.ledger.quoting import services_of
from arena_assets.store import catalogue
from arena_assets.store.budgets import get_budgets
from arena_assets.store.calls import CallState, count_calls
from arena_assets.store.catalogue import Choice
from arena_assets.store.failures import failures_by_class
from arena_assets.store.history import OF_LATE, EtaRange, queue_wait, remembered, slot_seconds
from arena_assets.store.plan_states import PlanState
from arena_assets.workshop.holds import held_back

router = APIRouter(include_in_schema=False)


@router.get("/operations")
def operations(request: Request, here: Here, who: Reader) -> Response:
    """The whole page but what is asked of Dagster and of the process table: that follows."""
    projects = visible(here, who, None)
    learned = {
        kind.asset: each for kind, each in remembered(slot_seconds, here.db, OF_LATE).items()
    }
    seconds = {asset: learned[asset] for asset in ASSET_WORDS if asset in learned}
    recent = catalogue.leaf(here.db, Choice(projects=projects), 12)
    per_day = remembered(catalogue.published_per_day, here.db, OF_LATE)
    return show(
        request,
        here,
        who,
        "operations.html",
        place="operations",
        chosen=services_of(here.settings),
        services=service_states(here.db),
        held=held_back(here.db).sentence,
        states=catalogue.states_of(here.db, projects),
        wait=remembered(queue_wait, here.db, OF_LATE),
        budgets=[each for each in get_budgets(here.db) if sees_budget(who, each)],
        parked=count_calls(here.db, CallState.UNKNOWN, projects),
        machine=machine(here),
        classes=failures_by_class(here.db, projects),
        failures=catalogue.leaf(here.db, Choice(projects=projects, states=[PlanState.FAILED]), 8),
        recent=shown(here, [each for each in recent if each.run_id]),
        throughput=_throughput(per_day),
        published=sum(list(per_day.values())[-7:]),
        stage_times=_stage_times(seconds),
        stages=[(ASSET_WORDS[asset], each) for asset, each in seconds.items()],
    )


@router.get("/operations/live")
def live(request: Request, here: Here, who: Reader) -> Response:
    """What is at work, what waits, and what the server's processes hold, as it is now."""
    projects = visible(here, who, None)
    answers, pools = read_pools(here, projects)
    return show(
        request,
        here,
        who,
        "parts/operations_live.html",
        place="operations",
        answers=answers,
        pools=pools,
        queue=catalogue.waiting(here.db, projects),
        states=catalogue.states_of(here.db, projects),
        parts=parts(here),
    )


def _throughput(days: Mapping[date, int]) -> str:
    return json.dumps(
        {
            "x": list(range(len(days))),
            "names": [f"{day:%d.%m.}" for day in days],
            "bars": True,
            "series": [{"label": "published", "values": list(days.values())}],
        }
    )


def _stage_times(found: Mapping[str, EtaRange]) -> str:
    """Median seconds of one slot per asset, of those with a history; the range is in the table."""
    assets = list(found)
    return json.dumps(
        {
            "x": list(range(len(assets))),
            "names": [ASSET_WORDS[asset] for asset in assets],
            "bars": True,
            "unit": " s",
            "series": [
                {
                    "label": "seconds of one slot",
                    "values": [round(found[asset].expected, 2) for asset in assets],
                }
            ],
        }
    )

"""``/metrics`` for Prometheus: this machine without a token, others with one that may read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool

from arena_assets.console.auth.access import needs, public
from arena_assets.console.auth.principal import Scope
from arena_assets.console.desk import Desk, desk
from arena_assets.console.machine import machine, parts, pools
from arena_assets.ledger.breaker import service_states
from arena_assets.store import events
from arena_assets.store.plans import count_by_state

router = APIRouter(include_in_schema=False)


@router.get("/metrics", dependencies=[Depends(public)])
async def metrics(request: Request, here: Annotated[Desk, Depends(desk)]) -> Response:
    """Gauges read at this moment."""
    if not _from_this_machine(request):
        await needs(Scope.READ)(request)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Readings(here))
    text = await run_in_threadpool(generate_latest, registry)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


class _Readings(Collector):
    def __init__(self, here: Desk) -> None:
        self._here = here

    def collect(self) -> Iterator[Metric]:
        here = self._here
        counts = count_by_state(here.db)
        yield _family(
            "arena_arenas", "Arenas by state", "state", {s.value: n for s, n in counts.items()}
        )
        now = machine(here)
        space = now.disk
        yield GaugeMetricFamily(
            "arena_disk_free_bytes", "Free where the data folder is", space.free
        )
        yield GaugeMetricFamily("arena_disk_total_bytes", "Size of that file system", space.total)
        yield GaugeMetricFamily(
            "arena_memory_available_bytes", "Free memory of this machine", now.memory_available
        )
        yield _family(
            "arena_memory_resident_bytes",
            "Resident memory by part of the server, children included",
            "part",
            {each.name: float(each.resident) for each in parts(here)},
        )
        yield _family(
            "arena_service_up",
            "1 while a service's breaker is closed",
            "service",
            {each.service: float(each.state == "closed") for each in service_states(here.db)},
        )
        yield GaugeMetricFamily(
            "arena_last_event", "Number of the newest event", events.last_seq(here.db)
        )
        found = pools(here)
        yield GaugeMetricFamily("arena_dagster_up", "1 while Dagster answers", found is not None)
        for name, field, words in (
            ("arena_pool_taken", "taken", "Slots of a pool that are taken"),
            ("arena_pool_limit", "limit", "Slots of a pool"),
            ("arena_pool_waiting", "waiting", "Steps that wait for a slot"),
        ):
            yield _family(name, words, "pool", {each["name"]: each[field] for each in found or ()})


def _family(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


def _from_this_machine(request: Request) -> bool:
    """A request that a proxy on this machine passes on is not from this machine."""
    if request.client is None or "x-forwarded-for" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False

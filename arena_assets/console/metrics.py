"""Prometheus metrics, read from the database when a scraper asks: true over all processes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import psutil
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from arena_assets.console.desk import Desk
from arena_assets.store import events, plans
from arena_assets.store.breakers import list_breakers, outage_waits
from arena_assets.store.ledger_entries import totals

Family = GaugeMetricFamily | CounterMetricFamily


def exposition(at: Desk) -> bytes:
    """All metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Console(at))
    return generate_latest(registry)


class _Console(Collector):
    def __init__(self, at: Desk) -> None:
        self._at = at

    def collect(self) -> Iterator[Family]:
        db = self._at.db
        arenas = GaugeMetricFamily("arena_arenas", "Arenas by state.", labels=["state"])
        for state, count in plans.count_by_state(db).items():
            arenas.add_metric([str(state)], count)
        yield arenas
        services = GaugeMetricFamily(
            "arena_service_open",
            "1 while a service's breaker keeps calls away.",
            labels=["service"],
        )
        for each in list_breakers(db):
            services.add_metric([each.service], float(each.state != "closed"))
        yield services
        yield GaugeMetricFamily(
            "arena_waits", "Arenas that wait for a service.", len(outage_waits(db))
        )
        spent = GaugeMetricFamily("arena_spent_usd", "Dollars spent.", labels=["service", "month"])
        reserved = GaugeMetricFamily(
            "arena_reserved_usd", "Dollars reserved for calls.", labels=["service", "month"]
        )
        for total in totals(db):
            spent.add_metric([total.service, total.month], float(total.spent_usd))
            reserved.add_metric([total.service, total.month], float(total.reserved_usd))
        yield from (spent, reserved)
        yield CounterMetricFamily("arena_events", "Events written.", events.last_seq(db))
        disk = shutil.disk_usage(self._at.settings.data_dir)
        yield GaugeMetricFamily("arena_disk_free_bytes", "Free disk of the data folder.", disk.free)
        memory = psutil.virtual_memory()
        yield GaugeMetricFamily("arena_memory_free_bytes", "Memory left.", memory.available)

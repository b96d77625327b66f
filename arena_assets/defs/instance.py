"""The Dagster instance: its configuration, its home, its pools.

The same configuration stands in ``dagster.yaml`` at the top of the project for people who start
Dagster themselves (a test keeps the two equal). ``arena serve`` writes it into ``DAGSTER_HOME``,
with PostgreSQL in place of SQLite when ``ARENA_DATABASE_URL`` names a PostgreSQL server.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from arena_assets.defs.pools import POOL_LIMITS, pool_limits
from arena_assets.settings import Settings

POSTGRES_ENV = "ARENA_DAGSTER_POSTGRES_URL"


def instance_config(*, runs_at_once: int, postgres: bool) -> dict[str, Any]:
    """The content of ``dagster.yaml``."""
    storage: dict[str, Any] = {
        "sqlite": {"base_dir": {"env": "DAGSTER_HOME"}},
    }
    if postgres:
        # psycopg2 is what dagster-postgres is tested with; the scheme names it explicitly.
        storage = {"postgres": {"postgres_url": {"env": POSTGRES_ENV}}}
    return {
        "telemetry": {"enabled": False},
        "nux": {"enabled": False},
        "storage": storage,
        # Capturing stdout starts two processes per step; what workers print goes to the log of
        # their parent, and what a person wants to read is in the run's own events.
        "compute_logs": {
            "module": "dagster.core.storage.noop_compute_log_manager",
            "class": "NoOpComputeLogManager",
        },
        "run_launcher": {"module": "arena_assets.defs.launcher", "class": "HostRunLauncher"},
        "concurrency": {
            "pools": {"granularity": "op", "default_limit": 4},
            "runs": {
                "max_concurrent_runs": runs_at_once,
                "tag_concurrency_limits": [
                    # Two runs of one arena would only wait for each other's slots.
                    {
                        "key": "dagster/partition",
                        "value": {"applyLimitPerUniqueValue": True},
                        "limit": 1,
                    }
                ],
            },
        },
        "run_coordinator": {
            "module": "dagster.core.run_coordinator",
            "class": "QueuedRunCoordinator",
            "config": {"dequeue_interval_seconds": 1, "dequeue_use_threads": True},
        },
        "run_monitoring": {
            "enabled": True,
            "start_timeout_seconds": 120,
            "cancel_timeout_seconds": 60,
            "poll_interval_seconds": 5,
            "free_slots_after_run_end_seconds": 10,
        },
        "run_retries": {
            "enabled": True,
            "max_retries": 2,
            "retry_on_asset_or_op_failure": False,
        },
        "sensors": {"use_threads": True, "num_workers": 4},
        "schedules": {"use_threads": True, "num_workers": 2},
        "backfills": {"use_threads": True, "num_workers": 2},
        "retention": {
            "sensor": {"purge_after_days": {"skipped": 1, "failure": 14, "success": 30}},
            "schedule": {"purge_after_days": {"skipped": 7, "failure": 30, "success": 90}},
        },
    }


def write_instance(settings: Settings) -> Path:
    """Write ``dagster.yaml`` into the project's ``DAGSTER_HOME`` and return that folder."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    postgres = settings.sqlalchemy_url.startswith("postgres")
    config = instance_config(runs_at_once=settings.runs_at_once, postgres=postgres)
    (home / "dagster.yaml").write_text(yaml.safe_dump(config, sort_keys=False), encoding="utf-8")
    return home


def instance_environment(settings: Settings) -> dict[str, str]:
    """The environment Dagster's processes need beside the present one."""
    found = {
        "DAGSTER_HOME": str(settings.dagster_home),
        "ARENA_DATA_DIR": str(settings.data_dir),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
    }
    if settings.sqlalchemy_url.startswith("postgres"):
        from sqlalchemy import make_url

        url = make_url(settings.sqlalchemy_url).set(drivername="postgresql+psycopg2")
        found[POSTGRES_ENV] = url.render_as_string(hide_password=False)
    return found


def set_pool_limits(settings: Settings) -> None:
    """Give each pool the limit that fits the settings; one that a person has set stays as it is.

    What we set last is kept in ``pools.json`` of Dagster's home, as only that tells the two apart.
    """
    import dagster as dg

    kept = settings.dagster_home / "pools.json"
    ours: dict[str, int] = json.loads(kept.read_text()) if kept.is_file() else {}
    with dg.DagsterInstance.get() as instance:
        storage = instance.event_log_storage
        now = {pool.name: pool.limit for pool in storage.get_pool_limits()}
        for pool, limit in pool_limits(settings).items():
            if pool in now and now[pool] != ours.get(pool, POOL_LIMITS[pool]):
                continue
            if now.get(pool) != limit:
                storage.set_concurrency_slots(pool, limit)
            ours[pool] = limit
    kept.write_text(json.dumps(ours), encoding="utf-8")

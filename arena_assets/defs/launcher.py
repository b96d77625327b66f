"""The run launcher for one host: a warm worker when there is one, else a new process.

``arena serve`` keeps a warm parent (:mod:`arena_assets.defs.warm`) with everything imported; a run
is a fork of it, which starts an order of magnitude faster than a new Python. Without one (``dagster
dev``) the run is an ordinary ``dagster api execute_run`` process.

Unlike the stock launcher this one can tell whether a run's worker lives: pid and start time are
kept as tags of the run, so run monitoring fails the run of a killed worker and it is tried again.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from typing import Any, Self

from dagster import DagsterRun
from dagster._core.launcher.base import (
    CheckRunHealthResult,
    LaunchRunContext,
    ResumeRunContext,
    RunLauncher,
    WorkerStatus,
)
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from arena_assets.defs import warm
from arena_assets.ledger.owner import started, still_runs

PID_TAG = "arena/worker_pid"
STARTED_TAG = "arena/worker_started"

_COLD: list[subprocess.Popen[bytes]] = []
"""Workers started from here: kept so that they are reaped once they have ended."""


class HostRunLauncher(RunLauncher, ConfigurableClass):
    """Starts, stops and looks after run workers on this host."""

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        self._inst_data = inst_data
        super().__init__()  # type: ignore[no-untyped-call]

    @property
    def inst_data(self) -> ConfigurableClassData | None:
        return self._inst_data

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]
    ) -> Self:
        del config_value
        return cls(inst_data=inst_data)

    def launch_run(self, context: LaunchRunContext) -> None:
        run = context.dagster_run
        args = ExecuteRunArgs(
            job_origin=run.job_code_origin,  # type: ignore[arg-type]
            run_id=run.run_id,
            instance_ref=self._instance.get_ref(),
            set_exit_code_on_failure=False,
        )
        pid = warm.start_worker(self._instance.root_directory, args) or _start_cold(args)
        self._instance.add_run_tags(run.run_id, {PID_TAG: str(pid), STARTED_TAG: started(pid)})
        self._instance.report_engine_event(
            message=f"Run worker started (pid {pid}).", dagster_run=run, cls=type(self)
        )

    def terminate(self, run_id: str) -> bool:
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        self._instance.report_run_canceling(run)
        if not _alive(run):
            self._instance.report_run_canceled(run, message="Its worker had gone already.")
            return True
        os.kill(int(run.tags[PID_TAG]), signal.SIGINT)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        if PID_TAG not in run.tags or _alive(run):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        gone = f"run worker {run.tags[PID_TAG]} is gone"
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, gone)

    def resume_run(self, context: ResumeRunContext) -> None:
        raise NotImplementedError("a crashed run is retried from its failure, not resumed in place")


def _start_cold(args: ExecuteRunArgs) -> int:
    _COLD[:] = [process for process in _COLD if process.poll() is None]
    process = subprocess.Popen(
        args.get_command_args(), start_new_session=True, stdin=subprocess.DEVNULL
    )
    _COLD.append(process)
    return process.pid


def _alive(run: DagsterRun) -> bool:
    try:
        return still_runs(int(run.tags[PID_TAG]), run.tags[STARTED_TAG])
    except (KeyError, ValueError):
        return False

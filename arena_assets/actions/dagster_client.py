"""The running Dagster webserver, asked over GraphQL: typed, with errors that say what to do.

It listens on a Unix socket that only this user may open; people reach it through the console.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from arena_assets.errors import Outage, Refused

LOCATION = "arena_assets"
REPOSITORY = "__repository__"
JOB = "make_arena"
PARTITION_SET = "arena"
PREFIX = "/dagster"
_TIMEOUT_SECONDS = 20.0
_HEALTH = """
query Health {
  instance { daemonHealth { allDaemonStatuses { daemonType required healthy lastHeartbeatTime } } }
}
"""
_POOLS = """
query Pools {
  instance { concurrencyLimits { concurrencyKey slotCount activeSlotCount pendingStepCount } }
}
"""
_SEE_LOGS = "See the logs folder in the data folder, or start 'arena serve' again"

_ADD_PARTITION = """
mutation Add($repository: RepositorySelector!, $set: String!, $partition: String!) {
  addDynamicPartition(
    repositorySelector: $repository, partitionsDefName: $set, partitionKey: $partition
  ) {
    __typename
    ... on PythonError { message }
    ... on UnauthorizedError { message }
  }
}
"""
_LAUNCH = """
mutation Launch($params: ExecutionParams!) {
  launchRun(executionParams: $params) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on UnauthorizedError { message }
    ... on RunConfigValidationInvalid { errors { message } }
  }
}
"""
_TERMINATE = """
mutation Stop($runs: [String!]!) {
  terminateRuns(runIds: $runs, terminatePolicy: SAFE_TERMINATE) {
    __typename
    ... on PythonError { message }
    ... on TerminateRunsResult {
      terminateRunResults {
        __typename
        ... on TerminateRunSuccess { run { runId } }
        ... on TerminateRunFailure { message }
        ... on PythonError { message }
      }
    }
  }
}
"""
_LOCATIONS = """
query Locations {
  workspaceOrError {
    __typename
    ... on PythonError { message }
    ... on Workspace {
      locationEntries {
        name
        loadStatus
        locationOrLoadError { __typename ... on PythonError { message } }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class LocationState:
    """Whether the webserver has the code: ``loaded``, or why not, as far as it is known."""

    loaded: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class DaemonState:
    """One of Dagster's daemons; ``heartbeat`` is Unix time, None before the first."""

    name: str
    healthy: bool
    heartbeat: float | None


@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool: how many slots it has, how many are taken, how many steps wait for one."""

    name: str
    limit: int
    taken: int
    waiting: int


class DagsterClient:
    """Speaks to one webserver. Every call raises :class:`Outage` when it does not answer and
    :class:`Refused` when it says no."""

    def __init__(
        self,
        socket: Path,
        *,
        timeout: float = _TIMEOUT_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._socket = socket
        self._url = f"http://dagster{PREFIX}"
        # trust_env off: a proxy in the environment has no business with a server on this machine.
        self._http = httpx.Client(
            timeout=timeout,
            trust_env=False,
            transport=transport or httpx.HTTPTransport(uds=str(socket)),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._http.close()

    def add_partition(self, partition: str) -> None:
        """Make a partition known; one that is known already is fine."""
        repository = {"repositoryLocationName": LOCATION, "repositoryName": REPOSITORY}
        answer = self._ask(
            _ADD_PARTITION,
            {"repository": repository, "set": PARTITION_SET, "partition": partition},
            "addDynamicPartition",
        )
        if answer["__typename"] not in (
            "AddDynamicPartitionSuccess",
            "DuplicateDynamicPartitionError",
        ):
            raise _refused(f"Dagster did not take the partition {partition}", answer)

    def launch(self, tags: Mapping[str, str]) -> str:
        """Start (queue) a run of the arena job with these tags; its run id."""
        params = {
            "selector": {
                "repositoryLocationName": LOCATION,
                "repositoryName": REPOSITORY,
                "jobName": JOB,
            },
            "mode": "default",
            "runConfigData": {},
            "executionMetadata": {
                "tags": [{"key": key, "value": value} for key, value in tags.items()]
            },
        }
        answer = self._ask(_LAUNCH, {"params": params}, "launchRun")
        if answer["__typename"] != "LaunchRunSuccess":
            raise _refused(f"Dagster did not start {tags.get('dagster/partition')}", answer)
        return str(answer["run"]["runId"])

    def terminate(self, run_ids: Sequence[str]) -> int:
        """Stop runs, queued or at work; how many were told. One that has ended is no error."""
        if not run_ids:
            return 0
        answer = self._ask(_TERMINATE, {"runs": list(run_ids)}, "terminateRuns")
        if answer["__typename"] != "TerminateRunsResult":
            raise _refused("Dagster did not stop the run", answer)
        results = answer["terminateRunResults"]
        return sum(each["__typename"] == "TerminateRunSuccess" for each in results)

    def location(self) -> LocationState:
        """Whether the code location stands."""
        answer = self._ask(_LOCATIONS, {}, "workspaceOrError")
        if answer["__typename"] != "Workspace":
            return LocationState(False, str(answer.get("message", answer["__typename"])))
        for entry in answer["locationEntries"]:
            if entry["name"] == LOCATION and entry["loadStatus"] == "LOADED":
                found = entry["locationOrLoadError"] or {}
                if found.get("__typename") == "RepositoryLocation":
                    return LocationState(True)
                return LocationState(False, str(found.get("message", "it did not load")))
        return LocationState(False)

    def daemons(self) -> list[DaemonState]:
        """The daemons that must run, and whether they do."""
        answer = self._ask(_HEALTH, {}, "instance")
        return [
            DaemonState(each["daemonType"], bool(each["healthy"]), each["lastHeartbeatTime"])
            for each in answer["daemonHealth"]["allDaemonStatuses"]
            if each["required"]
        ]

    def pools(self) -> list[PoolState]:
        """Every pool, by name."""
        answer = self._ask(_POOLS, {}, "instance")
        found = sorted(answer["concurrencyLimits"], key=lambda each: str(each["concurrencyKey"]))
        return [
            PoolState(
                each["concurrencyKey"],
                each["slotCount"],
                each["activeSlotCount"],
                each["pendingStepCount"],
            )
            for each in found
        ]

    def answers(self) -> bool:
        """Whether a Dagster webserver answers here at all."""
        try:
            found = self._http.get(f"{self._url}/server_info")
            return found.status_code == httpx.codes.OK and "dagster_version" in found.text
        except httpx.HTTPError:
            return False

    def _ask(self, query: str, variables: Mapping[str, Any], field: str) -> dict[str, Any]:
        try:
            response = self._http.post(
                f"{self._url}/graphql", json={"query": query, "variables": dict(variables)}
            )
            body = response.json()
        except httpx.HTTPError as error:
            said = str(error) or type(error).__name__
            raise Outage(
                f"Dagster does not answer at {self._socket} ({said})", _SEE_LOGS
            ) from error
        except ValueError as error:
            raise Outage(
                f"What answers at {self._socket} is not Dagster (status {response.status_code})",
                _SEE_LOGS,
            ) from error
        if body.get("errors"):
            raise Refused(
                f"Dagster refused the question ({body['errors'][0].get('message')})", _SEE_LOGS
            )
        found: dict[str, Any] = body["data"][field]
        return found


def _refused(what: str, answer: Mapping[str, Any]) -> Refused:
    said = answer.get("message") or "; ".join(
        str(each.get("message")) for each in answer.get("errors", [])
    )
    first_line = str(said or answer["__typename"]).strip().splitlines()[0]
    return Refused(f"{what} ({first_line})", _SEE_LOGS)

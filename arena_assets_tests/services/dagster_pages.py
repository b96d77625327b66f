"""What Dagster's pages show of runs and sensors, asked as its UI asks: GraphQL by the console."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx

from arena_assets.actions.dagster_client import LOCATION, REPOSITORY
from arena_assets.console.auth.cookies import SESSION_COOKIE
from arena_assets_tests.live import LiveServer

_RUNS = """
query RunsPage {
  runsOrError(limit: 100) {
    __typename
    ... on Runs { results { runId status tags { key value } } }
  }
}
"""
_LOGS = """
query RunPage($run: ID!) {
  logsForRun(runId: $run, limit: 1000) {
    __typename
    ... on EventConnection {
      events {
        __typename
        ... on ExecutionStepFailureEvent { stepKey failureMetadata { description } }
        ... on MaterializationEvent {
          assetKey { path }
          metadataEntries { label ... on FloatMetadataEntry { floatValue } }
        }
      }
    }
  }
}
"""
_TICKS = """
query SensorPage($sensor: SensorSelector!) {
  sensorOrError(sensorSelector: $sensor) {
    __typename
    ... on Sensor { sensorState { status ticks(limit: 20) { status skipReason } } }
  }
}
"""


class DagsterPages:
    """Asked with a session of the console, as a browser asks."""

    def __init__(self, live: LiveServer) -> None:
        self._url = f"{live.dagster}/graphql"
        self._cookies = {SESSION_COOKIE: live.session()}
        self._headers = {"origin": live.url}

    def runs(self, arena_id: int) -> list[tuple[str, str, dict[str, str]]]:
        """Id, status and tags of an arena's runs, the newest first."""
        found = self._ask(_RUNS, {})["runsOrError"]["results"]
        runs = [
            (run["runId"], run["status"], {tag["key"]: tag["value"] for tag in run["tags"]})
            for run in found
        ]
        return [run for run in runs if run[2].get("dagster/partition") == f"arena-{arena_id:06d}"]

    def failures(self, run_id: str) -> dict[str, str]:
        """What the run's page says of each step that failed."""
        return {
            event["stepKey"]: (event["failureMetadata"] or {}).get("description") or ""
            for event in self._events(run_id)
            if event["__typename"] == "ExecutionStepFailureEvent"
        }

    def made(self, run_id: str) -> dict[str, Decimal]:
        """What the run's page shows as made, each slot with its price in dollars."""
        return {
            "/".join(event["assetKey"]["path"]): Decimal(str(entry["floatValue"]))
            for event in self._events(run_id)
            if event["__typename"] == "MaterializationEvent"
            for entry in event["metadataEntries"]
            if entry["label"] == "price_usd"
        }

    def _events(self, run_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._ask(_LOGS, {"run": run_id})["logsForRun"]["events"]
        return found

    def skipped(self, sensor: str) -> list[str]:
        """Why the sensor's last ticks launched nothing, the newest first."""
        selector = {
            "repositoryName": REPOSITORY,
            "repositoryLocationName": LOCATION,
            "sensorName": sensor,
        }
        found = self._ask(_TICKS, {"sensor": selector})["sensorOrError"]
        assert found["__typename"] == "Sensor", found
        return [tick["skipReason"] or "" for tick in found["sensorState"]["ticks"]]

    def _ask(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        answer = httpx.post(
            self._url,
            json={"query": query, "variables": variables},
            cookies=self._cookies,
            headers=self._headers,
            timeout=60,
        )
        answer.raise_for_status()
        told = answer.json()
        assert "errors" not in told, told
        found: dict[str, Any] = told["data"]
        return found

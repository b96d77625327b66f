"""What services say was used, asked over the network: reading is free and changes nothing.

The addresses and fields are those of the services' documentation and of their packages' types; they
were tried against doubles, never against the services themselves.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import httpx

from arena_assets.domain.services import CLAUDE, ELEVENLABS
from arena_assets.domain.usage_report import Report, read_report
from arena_assets.errors import OutcomeUnknown, UsageFault
from arena_assets.providers.answers import Service

MOST_DAYS = 31
"""What one question may span (Claude's daily buckets a page)."""
_CLAUDE_COSTS = "/v1/organizations/cost_report"
_ELEVEN_USAGE = "/v1/usage/character-stats"
_API_VERSION = "2023-06-01"
_LARGEST_BYTES = 16 << 20
_MOST_PAGES = 100
_PATIENCE = httpx.Timeout(60.0, connect=10.0)
_DAY = timedelta(days=1)

Get = Callable[[str, Mapping[str, str | int]], Any]


def claude_costs(service: Service, base_url: str, first: date, last: date) -> Report:
    """Dollars of an organization by UTC day, both days included; ``service`` holds an admin key.

    Raises UsageFault for another span than 1 to 31 days, Refused, Busy and Transient by what the
    service answers, always free.
    """
    days = _span(first, last)
    headers = {
        "x-api-key": service.key.get_secret_value(),
        "anthropic-version": _API_VERSION,
    }
    asked: dict[str, str | int] = {
        "starting_at": f"{first.isoformat()}T00:00:00Z",
        "ending_at": f"{(last + _DAY).isoformat()}T00:00:00Z",
        "bucket_width": "1d",
        "limit": MOST_DAYS,
    }
    data: list[Any] = []
    with httpx.Client(headers=headers, timeout=_PATIENCE, follow_redirects=False) as client:
        get = _reader(client, service, base_url)
        for _ in range(_MOST_PAGES):
            page = get(_CLAUDE_COSTS, asked)
            found = page.get("data") if isinstance(page, dict) else None
            if not isinstance(found, list):
                raise service.unreachable("its cost report cannot be read")
            data += found
            if not page.get("has_more"):
                break
            asked = {**asked, "page": str(page.get("next_page"))}
        else:
            raise service.unreachable("its cost report does not end")
    return _whole(service, {"data": data}, CLAUDE, days)


def eleven_usage(service: Service, base_url: str, first: date, last: date) -> Report:
    """Credits of an account by UTC day, both days included.

    Raises UsageFault for another span than 1 to 31 days, Refused, Busy and Transient by what the
    service answers, always free.
    """
    days = _span(first, last)
    asked: dict[str, str | int] = {
        "start_unix": _milliseconds(first),
        "end_unix": _milliseconds(last + _DAY) - 1,
        "aggregation_interval": "day",
    }
    headers = {"xi-api-key": service.key.get_secret_value()}
    with httpx.Client(headers=headers, timeout=_PATIENCE, follow_redirects=False) as client:
        found = _reader(client, service, base_url)(_ELEVEN_USAGE, asked)
    if not isinstance(found, dict) or not {"time", "usage"} <= found.keys():
        raise service.unreachable("its usage cannot be read")
    return _whole(service, found, ELEVENLABS, days)


def _span(first: date, last: date) -> list[date]:
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise UsageFault(
            f"{days} days cannot be asked for at once", f"Ask for 1 to {MOST_DAYS} days"
        )
    return [first + number * _DAY for number in range(days)]


def _milliseconds(day: date) -> int:
    return round(datetime.combine(day, time(), UTC).timestamp() * 1000)


def _whole(service: Service, found: Mapping[str, Any], name: str, days: list[date]) -> Report:
    """The report of exactly these days: one the service leaves out had nothing, and what it adds
    beside them was not asked for."""
    try:
        report = read_report(json.dumps(found))
    except UsageFault as error:
        raise service.unreachable(f"its report is none: {error.what}") from None
    return Report(
        report.unit, {(name, day): report.days.get((name, day), Decimal(0)) for day in days}
    )


def _reader(client: httpx.Client, service: Service, base_url: str) -> Get:
    """Asks for JSON at a path; the originals of errors hold the key and are not chained."""

    def get(path: str, asked: Mapping[str, str | int]) -> Any:
        content = bytearray()
        try:
            with client.stream("GET", f"{base_url}{path}", params=dict(asked)) as response:
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > _LARGEST_BYTES:
                        raise service.unreachable("its report is larger than 16 MB")
                status, headers = response.status_code, response.headers
            if status != 200:
                raise service.refusal(status, _said(bytes(content)), headers)
            return json.loads(bytes(content))
        except httpx.HTTPError as error:
            raise service.unreachable(type(error).__name__) from None
        except (ValueError, RecursionError):
            raise service.unreachable("its report is no JSON") from None
        except OutcomeUnknown as error:
            # To read costs nothing, so what went wrong is only that nothing was read.
            raise service.unreachable(error.what) from None

    return get


def _said(content: bytes) -> str:
    """The service's own words of an error: Claude's ``error.message``, ElevenLabs' ``detail``."""
    try:
        found = json.loads(content)
        told = found.get("error") or found.get("detail")
        return str(told.get("message", ""))
    except (ValueError, AttributeError, RecursionError):
        return ""

"""The usage report of a service by the settings: with which key, of which days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from arena_assets.domain.services import CLAUDE, ELEVENLABS
from arena_assets.errors import UsageFault
from arena_assets.settings import Settings

if TYPE_CHECKING:
    from arena_assets.domain.usage_report import Report

REPORTING = (CLAUDE, ELEVENLABS)
"""The services that can be asked."""
ADMIN_KEY_SETTING = "ARENA_CLAUDE_ADMIN_KEY"


def fetch_report(settings: Settings, service: str, days: int, today: date | None = None) -> Report:
    """The last ``days`` UTC days, today so far included, asked of one of :data:`REPORTING`.

    Raises UsageFault without the key, Refused, Busy and Transient by what the service answers.
    """
    last = today or datetime.now(UTC).date()
    first = last - timedelta(days=days - 1)
    if service == CLAUDE:
        return _claude(settings, first, last)
    if service == ELEVENLABS:
        from arena_assets.providers.usage import eleven_usage
        from arena_assets.workshop.services import eleven_options

        options = eleven_options(settings)
        return eleven_usage(options.service, options.base_url, first, last)
    raise UsageFault(
        f"'{service[:40]}' cannot be asked what was used", f"Name one of {', '.join(REPORTING)}"
    )


def _claude(settings: Settings, first: date, last: date) -> Report:
    from arena_assets.providers.answers import Service, safe_base_url, safe_key
    from arena_assets.providers.claude.options import URL_SETTING
    from arena_assets.providers.usage import claude_costs

    key = settings.claude_admin_key
    if key is None or not key.get_secret_value():
        raise UsageFault(
            "Claude tells an organization's costs to an admin key only",
            f"Set {ADMIN_KEY_SETTING} (an organization's admin makes it in the Claude Console), "
            "or give the file of a cost report",
        )
    safe_key(key, ADMIN_KEY_SETTING)
    service = Service("Claude", key, ADMIN_KEY_SETTING, URL_SETTING)
    return claude_costs(service, safe_base_url(settings.claude_url, URL_SETTING), first, last)

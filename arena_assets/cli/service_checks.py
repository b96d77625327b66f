"""The doctor's checks of services: keys, reachability, models, credits, queues, breakers, calls.

Nothing here costs money, and no secret is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from importlib.metadata import version
from typing import TYPE_CHECKING

from arena_assets.cli.check import Check, Grade
from arena_assets.settings import Settings

if TYPE_CHECKING:
    from arena_assets.providers.comfyui.checkup import Health
    from arena_assets.providers.comfyui.fleet import Fleet
    from arena_assets.providers.comfyui.template import Template

_LONG_QUEUE = 24


def services(settings: Settings) -> Check:
    """Who does what."""
    chosen = [
        f"{what}: {getattr(settings, what)}" for what in ("lore", "pictures", "clips", "music")
    ]
    return Check("services", Grade.OK, ", ".join(chosen))


def sign_in_provider(settings: Settings) -> Iterator[Check]:
    """The OpenID Connect provider, by its own description and its keys."""
    from arena_assets.actions.oidc.options import CALLBACK, oidc_options
    from arena_assets.actions.oidc.provider import Provider

    options = oidc_options(settings)
    if options is None:
        return
    provider = Provider(options)
    provider.discovered()
    keys = len(provider.keys().keys)
    said = f"{options.issuer} answers, with {keys} key{'' if keys == 1 else 's'}"
    if not settings.public_url:
        fix = "Set ARENA_PUBLIC_URL: the provider sends people back to that address."
        yield Check("sign-in provider", Grade.WARN, said, fix)
        return
    back = f"{settings.public_url.rstrip('/')}{CALLBACK}"
    yield Check("sign-in provider", Grade.OK, f"{said}; it must know {back}")


def claude(settings: Settings) -> Iterator[Check]:
    """The key, by asking which models it may use."""
    if settings.lore != "claude":
        return
    from arena_assets.providers.claude.wire import list_models
    from arena_assets.workshop.services import claude_options

    options = claude_options(settings)
    models = list_models(options)
    said = f"The key is accepted by {options.base_url}; client {version('anthropic')}"
    if options.model in models:
        yield Check("claude", Grade.OK, f"{said}; {options.model} is among {len(models)} models")
        return
    shown = ", ".join(model[:60] for model in models[:8])
    fix = f"Set ARENA_CLAUDE_MODEL to one of: {shown}."
    yield Check("claude", Grade.FAIL, f"{said}, but it may not use {options.model}", fix)


def elevenlabs(settings: Settings) -> Iterator[Check]:
    """The key and the credits left, by asking for the subscription."""
    if settings.music != "elevenlabs":
        return
    from arena_assets.providers.elevenlabs.wire import read_subscription
    from arena_assets.workshop.services import eleven_options

    options = eleven_options(settings)
    account = read_subscription(options)
    renewed = ""
    if account.resets_at_unix:
        renewed = f", renewed {datetime.fromtimestamp(account.resets_at_unix, UTC):%Y-%m-%d}"
    said = (
        f"The key is accepted by {options.base_url}; plan {account.tier[:40]}, "
        f"{account.credits_left:,} of {account.credits_limit:,} credits left{renewed}"
    )
    if account.credits_left == 0:
        fix = "Add credits to the account, or wait for the next period."
        yield Check("elevenlabs", Grade.FAIL, said, fix)
        return
    yield Check("elevenlabs", Grade.OK, said)


def comfyui(settings: Settings) -> Iterator[Check]:
    """Every server, and which workflow pictures and clips would be made with."""
    if "comfyui" not in (settings.pictures, settings.clips):
        return
    from arena_assets.providers.comfyui.checkup import checkup
    from arena_assets.providers.comfyui.fleet import Fleet
    from arena_assets.providers.comfyui.shelf import check_values, chosen
    from arena_assets.workshop.services import comfy_options

    options = comfy_options(settings)
    wanted: dict[str, tuple[Template, ...]] = {}
    if settings.pictures == "comfyui":
        wanted["pictures"] = chosen(options.pictures, options.templates, "picture")
    if settings.clips == "comfyui":
        wanted["clips"] = chosen(options.clips, options.templates, "video")
    check_values(options)
    with closing(Fleet(options)) as fleet:
        found = checkup(fleet, [each for templates in wanted.values() for each in templates])
        # One of several that is away is passed over; without any there is no work.
        away = Grade.WARN if any(each.fault is None for each in found) else Grade.FAIL
        for health in found:
            yield _server(health, away)
        for what, templates in wanted.items():
            yield _workflow(what, templates, found, fleet)


def _server(health: Health, away: Grade) -> Check:
    name = f"comfyui {health.server}"
    if health.fault is not None:
        return Check(name, away, f"{health.fault.what}.", f"{health.fault.next_step}.")
    jobs = f"{health.queue} {'job' if health.queue == 1 else 'jobs'} in its queue"
    said = (
        f"ComfyUI {health.version} on {health.device}, "
        f"{health.vram_free_gb:.1f} GiB free on the GPU, {jobs}"
    )
    if health.queue > _LONG_QUEUE:
        return Check(name, Grade.WARN, said, "Wait, or add a server to ARENA_COMFYUI_URLS.")
    return Check(name, Grade.OK, said)


def _workflow(
    what: str, templates: Sequence[Template], found: Sequence[Health], fleet: Fleet
) -> Check:
    """The first workflow that some server can run; what the better ones lack."""
    name = f"comfyui {what}"
    up = [each for each in found if each.fault is None]
    if not up:
        return Check(name, Grade.FAIL, "No server answers.", "Start one of them.")
    lacks = {
        template.name: min((dict(each.lacks).get(template.name, ()) for each in up), key=len)
        for template in templates
    }
    used = next((each for each in templates if not lacks[each.name]), None)
    fix = "; ".join(f"{each} needs {', '.join(lack[:4])}" for each, lack in lacks.items() if lack)
    if used is None:
        return Check(name, Grade.FAIL, "No server can run a workflow.", f"Install: {fix}.")
    models = ", ".join(sorted(set(fleet.models(used).values()))) or "no weights"
    manner = ", guided by the scene" if used.guided and what == "pictures" else ""
    said = f"{used.name}{manner}, with {models}"
    if used is not templates[0]:
        return Check(name, Grade.WARN, said, f"For a workflow that comes first: {fix}.")
    return Check(name, Grade.OK, said)


def breakers(settings: Settings) -> Iterator[Check]:
    """Services that failed and are not called for a while."""
    if not _has_database(settings):
        return
    from arena_assets.cli.opened import open_database
    from arena_assets.ledger.breaker import CLOSED, service_states

    with open_database(settings) as db:
        states = service_states(db)
    for state in states:
        if state.state == CLOSED:
            continue
        why = f" ({state.error.rstrip('.')})" if state.error else ""
        fix = "Mend what it says; what waits for it goes on by itself once it is back."
        yield Check(f"breaker {state.service}", Grade.WARN, f"{state.sentence}{why}.", fix)


def parked_calls(settings: Settings) -> Iterator[Check]:
    """Calls of which nobody knows whether they were charged."""
    if not _has_database(settings):
        return
    from arena_assets.cli.opened import open_database
    from arena_assets.domain.money import dollars
    from arena_assets.store.calls import CallState, list_calls

    with open_database(settings) as db:
        parked = list_calls(db, states=[CallState.UNKNOWN])
    if not parked:
        yield Check("calls", Grade.OK, "None is parked")
        return
    kept = dollars(sum((call.reserved_usd for call in parked), Decimal(0)))
    said = f"{len(parked)} parked, {kept} reserved: their outcome is unknown"
    fix = "See 'arena calls --parked', look at the provider, then use 'arena settle'."
    yield Check("calls", Grade.WARN, said, fix)


def _has_database(settings: Settings) -> bool:
    return settings.database_url is not None or (settings.data_dir / "arena.db").exists()

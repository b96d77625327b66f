"""How the servers are, for a person: reachable, what they have, how long their queues are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arena_assets.errors import ArenaError
from arena_assets.providers.comfyui.faults import plain
from arena_assets.providers.comfyui.fleet import Fleet
from arena_assets.providers.comfyui.needs import missing
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.template import Template


@dataclass(frozen=True, slots=True)
class Health:
    """``lacks`` says by template what is to be installed. ``fault`` is set when it did not answer.

    ``vram_free_gb`` is that of its first device.
    """

    server: str
    version: str = ""
    device: str = ""
    vram_free_gb: float = 0.0
    queue: int = 0
    lacks: tuple[tuple[str, tuple[str, ...]], ...] = ()
    fault: ArenaError | None = None


def checkup(fleet: Fleet, templates: Sequence[Template]) -> tuple[Health, ...]:
    """Ask every server once; it raises nothing."""
    return tuple(_health(fleet, server, templates) for server in fleet.servers)


def _health(fleet: Fleet, server: Server, templates: Sequence[Template]) -> Health:
    try:
        stats, facts, queue = server.stats(), server.facts(0.0), len(server.queue())
    except ArenaError as fault:
        return Health(server.label, fault=fault)
    system, devices = stats.get("system"), stats.get("devices")
    version = system.get("comfyui_version") if isinstance(system, dict) else None
    first = devices[0] if isinstance(devices, list) and devices else None
    device = first if isinstance(first, dict) else {}
    free = device.get("vram_free")
    lacks = [
        (template.name, tuple(missing(template, fleet.models(template), facts)))
        for template in templates
    ]
    return Health(
        server.label,
        version=plain(version or "unknown"),
        device=plain(device.get("name", "unknown")),
        vram_free_gb=round(free / 2**30, 1) if isinstance(free, (int, float)) else 0.0,
        queue=queue,
        lacks=tuple((name, lack) for name, lack in lacks if lack),
    )

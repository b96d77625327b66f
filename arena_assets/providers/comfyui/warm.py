"""Warming a server up: its models are loaded while the first guide is still being rendered."""

from __future__ import annotations

import tempfile
import threading
import uuid
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np

from arena_assets.errors import ArenaError
from arena_assets.providers.comfyui.fleet import Able, Fleet
from arena_assets.providers.comfyui.needs import listed_model
from arena_assets.providers.comfyui.server import Server
from arena_assets.providers.comfyui.template import Kind, SlotSpec, Template

WORKFLOW = "warm-up"
_SIDE = 512


class Warmth:
    """Remembers what this process has warmed: each workflow on each server once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._warmed: set[tuple[str, str]] = set()

    def warm(self, fleet: Fleet, able: Able) -> None:
        """Queue one step of a small picture on each idle server. Whatever fails is no matter."""
        if not fleet.options.warm_up:
            return
        for server in able.servers:
            mark = (server.label, able.template.digest)
            with self._lock:
                if mark in self._warmed:
                    continue
                self._warmed.add(mark)
            with suppress(ArenaError, OSError):
                if len(server.queue()) == 0:
                    _submit_small(server, able)


def _submit_small(server: Server, able: Able) -> None:
    template = able.template
    output = template.manifest.output
    if template.graph[output]["class_type"] != "SaveImage":
        return
    values = {
        name: _small(name, slot)
        for name, slot in template.manifest.slots.items()
        if slot.kind in (Kind.TEXT, Kind.INTEGER) and (slot.default is None or "steps" in name)
    }
    names = {name: _grey(server) for name in _slots_of(template, Kind.IMAGE)}
    facts = server.facts()
    models = {
        slot: listed_model(template, slot, name, facts) or name
        for slot, name in able.models.items()
    }
    graph = template.fill({**values, **names, **models}, WORKFLOW)
    # A preview goes to the server's temporary folder.
    graph[output] = {
        "class_type": "PreviewImage",
        "inputs": {"images": graph[output]["inputs"]["images"]},
    }
    server.submit(
        graph, str(uuid.uuid4()), workflow=template.digest, number=None, titles=template.titles
    )


def _slots_of(template: Template, kind: Kind) -> list[str]:
    return [name for name, slot in template.manifest.slots.items() if slot.kind is kind]


def _small(name: str, slot: SlotSpec) -> str | int:
    if slot.kind is Kind.TEXT:
        return ""
    least = max(int(slot.least or 0), _SIDE if name.endswith(("width", "height")) else 0)
    return -(-least // slot.step) * slot.step


def _grey(server: Server) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "grey.png"
        cv2.imwrite(str(path), np.full((_SIDE, _SIDE, 3), 128, np.uint8))
        return server.upload(path, "arena-grey.png")

"""What a project chooses about ComfyUI: servers, templates, models, patience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

SCENE_TEMPLATES = ("sdxl_scene", "flux_scene")
TEXT_TEMPLATES = ("flux_text", "sdxl_text")
CLIP_TEMPLATE = "wan_clip"


@dataclass(frozen=True, slots=True)
class ComfyServer:
    """One server: its address, and the sign-in of what stands in front of it, if anything does.

    ``bearer`` is a token; otherwise ``user`` and ``password`` are for basic authentication.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    bearer: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds.

    ``job`` counts from when the job runs, as waiting in a queue is no fault. ``absence`` is how
    long a server may be away while it has work of ours, which covers a restart.
    """

    connect: float = 5.0
    answer: float = 30.0
    fetch: float = 300.0
    job: float = 1800.0
    absence: float = 120.0
    poll: float = 0.5
    facts: float = 300.0


@dataclass(frozen=True, slots=True)
class ComfyOptions:
    """Everything a maker needs to know.

    ``pictures`` and ``clips`` name templates; of several the first is used whose nodes and models
    a server has. ``templates`` is a folder with more of them. ``models`` and ``values`` replace
    defaults of slots, by ``template.slot``. ``usd_per_hour`` is what an hour of a GPU costs.
    """

    servers: tuple[ComfyServer, ...]
    pictures: tuple[str, ...] = (*SCENE_TEMPLATES, *TEXT_TEMPLATES)
    clips: tuple[str, ...] = (CLIP_TEMPLATE,)
    templates: Path | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, int | float] = field(default_factory=dict)
    usd_per_hour: Decimal = Decimal(0)
    at_once: int = 12
    warm_up: bool = True
    patience: Patience = Patience()

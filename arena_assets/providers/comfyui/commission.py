"""From a maker's wish to an answered call: what makes it this call, and who fills its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import JsonValue

from arena_assets.domain.calls import Answer, Call
from arena_assets.domain.recipe import WorkContext
from arena_assets.providers.comfyui.files import sha256_of
from arena_assets.providers.comfyui.fleet import Able, Fleet
from arena_assets.providers.comfyui.job import Job
from arena_assets.providers.comfyui.options import ComfyOptions
from arena_assets.providers.comfyui.template import Kind, Template, Values

PROVIDER = "comfyui"
_ENDPOINT = "/prompt"
_HOUR = Decimal(3600)


@dataclass(frozen=True, slots=True)
class Commission:
    """One job: the wished values (those without a slot are dropped), and pictures to upload."""

    able: Able
    values: Values
    uploads: Mapping[str, Path]
    take: int

    def made_by(self, fleet: Fleet, context: WorkContext) -> Answer:
        """The answer, its bytes whole on disk; from an earlier try where there was one."""
        options, template = fleet.options, self.able.template
        values = slot_values(template, self.values, options)
        hashes = {slot: sha256_of(path) for slot, path in self.uploads.items()}
        body: dict[str, JsonValue] = {
            "template": template.name,
            "workflow": template.digest,
            "values": dict(values),
            "models": dict(self.able.models),
            "pictures": dict(hashes),
        }
        call = Call(
            provider=PROVIDER,
            service=PROVIDER,
            endpoint=_ENDPOINT,
            body=body,
            take=self.take,
            ceiling_usd=ceiling_usd(options),
        )
        names = {slot: f"arena-{digest[:32]}.png" for slot, digest in hashes.items()}
        job = Job(fleet, self.able, values, self.uploads, names, call.uuid, context)
        return context.call(call, job.send, lambda answer: _cost(answer, options), job.recover)


def slot_values(
    template: Template, wished: Values, options: ComfyOptions
) -> dict[str, str | int | float]:
    """What fills a template's text and number slots: settings first, then the maker, then it."""
    settled: dict[str, str | int | float] = {}
    for name, slot in template.manifest.slots.items():
        if slot.kind in (Kind.IMAGE, Kind.MODEL):
            continue
        chosen = options.values.get(f"{template.name}.{name}", wished.get(name, slot.default))
        if chosen is not None:
            settled[name] = chosen
    return settled


def ceiling_usd(options: ComfyOptions) -> Decimal:
    """What a job can cost at most: all the time it may take."""
    return options.usd_per_hour * Decimal(str(options.patience.job)) / _HOUR


def _cost(answer: Answer, options: ComfyOptions) -> Decimal:
    """The GPU's time by the server's own clock; none is known when the server forgot the job."""
    seconds = Decimal(answer.headers.get("x-comfyui-seconds", "0"))
    return options.usd_per_hour * seconds / _HOUR

"""The resource through which assets reach the workshop, and the shared shape of their bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg
from pydantic import PrivateAttr

from arena_assets.defs.manifest_store import open_manifest_store
from arena_assets.defs.naming import asset_key
from arena_assets.domain.identity import arena_id_of
from arena_assets.domain.slots import SlotName
from arena_assets.errors import ArenaError, Busy, Outage, Transient

if TYPE_CHECKING:
    from arena_assets.domain.manifest import SlotManifest
    from arena_assets.providers.base import RecipeFor
    from arena_assets.workshop.studio import Studio

_BUSY_WAIT_SECONDS = 5
_BUSY_RETRIES = 60


class StudioResource(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Opens the application's database, blobs and workshop once per run."""

    _studio: Studio | None = PrivateAttr(default=None)

    @property
    def studio(self) -> Studio:
        if self._studio is None:
            from arena_assets.settings import settings
            from arena_assets.workshop.studio import Studio

            self._studio = Studio.open(settings())
        return self._studio

    def teardown_after_execution(self, context: dg.InitResourceContext) -> None:
        del context
        if self._studio is not None:
            self._studio.close()
            self._studio = None


def _soon_over(error: ArenaError) -> bool:
    """Whether a try some seconds later can help. An open breaker says itself that it can't: that
    run ends, and the request sensor launches the arena again when the service is back."""
    if isinstance(error, Outage):
        return error.retry_after is None or error.retry_after <= _BUSY_WAIT_SECONDS
    return isinstance(error, Transient)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn an error of ours into the failure a person reads, retried only when that helps."""
    try:
        yield
    except Busy as error:
        wait = error.retry_after or _BUSY_WAIT_SECONDS
        raise dg.RetryRequested(max_retries=_BUSY_RETRIES, seconds_to_wait=wait) from error
    except ArenaError as error:
        raise dg.Failure(
            description=str(error),
            metadata={
                "code": error.code,
                "what": error.what,
                "next_step": error.next_step,
                "money_spent": error.money,
            },
            allow_retries=_soon_over(error),
        ) from error


def read_manifest(context: dg.AssetExecutionContext, slot: SlotName) -> SlotManifest:
    """The manifest of an upstream slot of the same arena, from where the IO manager keeps it."""
    with told_plainly():
        return open_manifest_store().read(asset_key(slot), context.partition_key)


def make_slots(
    context: dg.AssetExecutionContext,
    resource: StudioResource,
    recipes: Mapping[SlotName, RecipeFor],
    *,
    width: int | None = None,
    begins: bool = True,
) -> Iterator[dg.MaterializeResult[SlotManifest]]:
    """Make the slots in the workshop and report each to Dagster as soon as it is finished.

    ``begins`` is False for work on an arena that is published already.
    """
    arena_id = arena_id_of(context.partition_key)
    with told_plainly():
        if begins:
            resource.studio.begin_work(arena_id, context.run.run_id)
        for made in resource.studio.workshop.make_all(arena_id, recipes, width=width):
            state = "reused" if made.reused else f"made in {made.manifest.seconds:.1f} s"
            context.log.info(f"{made.slot}: {state}")
            yield result(made.slot, made.manifest, reused=made.reused)


def result(
    slot: SlotName, manifest: SlotManifest, *, reused: bool
) -> dg.MaterializeResult[SlotManifest]:
    """A manifest as a materialization, with what a person wants to see beside it.

    Texts go in as text, never as Markdown: some of them come from a model.
    """
    size = sum(ref.size for ref in manifest.files.values())
    metadata: dict[str, dg.MetadataValue] = {
        "take": dg.MetadataValue.int(manifest.take),
        "reused": dg.MetadataValue.bool(reused),
        "seconds": dg.MetadataValue.float(manifest.seconds),
        "price_usd": dg.MetadataValue.float(manifest.price_usd),
        "size_mb": dg.MetadataValue.float(round(size / 1e6, 3)),
        "provider": dg.MetadataValue.text(
            f"{manifest.provenance.maker} · {manifest.provenance.model}"
        ),
        "fallback": dg.MetadataValue.bool(manifest.provenance.fallback),
        "files": dg.MetadataValue.json({k: v.sha256 for k, v in manifest.files.items()}),
        "measurements": dg.MetadataValue.json(dict(manifest.measurements)),
    }
    return dg.MaterializeResult(
        asset_key=asset_key(slot),
        value=manifest,
        data_version=dg.DataVersion(manifest.content_hash),
        metadata=metadata,
    )

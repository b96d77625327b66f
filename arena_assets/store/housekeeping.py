"""What the blob store must keep."""

from __future__ import annotations

from sqlalchemy import select

from arena_assets.store.database import Database
from arena_assets.store.review_tables import VersionRow
from arena_assets.store.tables import PublicationRow, ResultRow
from arena_assets.store.versions import VersionKind

_BATCH = 500


def live_hashes(db: Database) -> set[str]:
    """The hash of every blob that a result of an existing arena or a publication refers to, or a
    style as its reference.

    Superseded results count too: going back to an earlier take is free. For
    :meth:`~arena_assets.store.blobs.BlobStore.sweep`.
    """
    live: set[str] = set()
    with db.read() as session:
        manifests = session.scalars(select(ResultRow.manifest).execution_options(yield_per=_BATCH))
        for manifest in manifests:
            live.update(ref["sha256"] for ref in manifest["files"].values())
        live.update(session.scalars(select(PublicationRow.manifest_hash)))
        styles = select(VersionRow.content).where(VersionRow.kind == VersionKind.STYLE.value)
        for style in session.scalars(styles):
            live.update(ref["sha256"] for ref in style["references"])
    return live

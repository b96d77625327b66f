"""The version of the work behind each asset: raised whenever equal inputs would give other bytes.

Dagster shows it as ``code_version`` and marks what was made with an older one as stale; it is part
of every content key.
"""

from arena_assets.domain import slots

VERSIONS: dict[str, str] = {
    slots.METADATA: "1",
    slots.SCENE: "2",
    slots.IMAGES: "2",
    slots.CLIPS: "6",
    slots.SEQUENCE_SET: "6",
    slots.MUSIC: "3",
    slots.VIDEOS: "3",
    slots.ROW: "1",
    slots.PACK: "1",
}

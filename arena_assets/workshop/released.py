"""Is the published arena what its rows say: every file there, with the right hash."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from arena_assets.domain.manifest import Finding
from arena_assets.store import game
from arena_assets.workshop.studio import Studio


def released_findings(studio: Studio, arena_id: int) -> list[Finding]:
    """Findings about rows and files; an arena kept back passes with a word about it."""
    publication = game.publication(studio.db, arena_id)
    if publication is None:
        return [Finding(check="released", passed=True, said="the arena is kept back")]
    folder = studio.settings.published_dir / publication.root
    rows = game.game_clips(studio.db, arena_id)
    named = [clip.file_path for clip in rows]
    missing = [path for path in named if not (studio.settings.published_dir / path).is_file()]
    outside = [path for path in named if not path.startswith(f"{publication.root}/")]
    wrong = _wrong_files(folder)
    return [
        Finding(
            check="rows_have_files",
            passed=bool(named) and not missing and not outside,
            said=f"{len(named)} clip rows, {len(missing)} without a file, "
            f"{len(outside)} outside the arena's folder",
        ),
        Finding(
            check="files_have_hashes",
            passed=not wrong,
            said=f"changed or missing: {', '.join(wrong[:3])}" if wrong else "all as published",
        ),
    ]


def _wrong_files(folder: Path) -> list[str]:
    try:
        listed = json.loads((folder / "manifest.json").read_bytes())["files"]
    except (OSError, ValueError, KeyError):
        return ["manifest.json"]
    wrong = []
    for file in listed:
        try:
            with (folder / file["path"]).open("rb") as source:
                found = hashlib.file_digest(source, "sha256").hexdigest()
        except OSError:
            found = ""
        if found != file["sha256"]:
            wrong.append(file["path"])
    return wrong

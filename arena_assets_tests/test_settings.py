"""Every setting is documented, and nothing that is documented is missing."""

import re
from pathlib import Path

from arena_assets.settings import Settings


def test_each_setting_is_in_the_docs_and_the_other_way_round() -> None:
    text = (Path(__file__).parents[1] / "docs" / "settings.md").read_text()
    documented = {name.lower() for name in re.findall(r"`ARENA_([A-Z0-9_]+)`", text)}
    assert documented == set(Settings.model_fields)

"""The settings of this process as environment variables, for the processes it starts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import SecretStr

if TYPE_CHECKING:
    from arena_assets.settings import Settings


def settings_environment(settings: Settings) -> dict[str, str]:
    """The present environment, with every setting written out as its ``ARENA_…`` variable."""
    found = dict(os.environ)
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        variable = f"ARENA_{name.upper()}"
        if value is None:
            found.pop(variable, None)
        elif isinstance(value, SecretStr):
            found[variable] = value.get_secret_value()
        else:
            found[variable] = str(value)
    return found

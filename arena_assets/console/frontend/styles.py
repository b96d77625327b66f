"""The two style elements that third-party components write themselves, allowed by their hash.

Both live in shadow roots and cannot be told a nonce. A browser test fails when an update changes
one: the browser's message then names the new hash.
"""

from __future__ import annotations

STYLE_HASHES = (
    "sha256-qg0uSSfJYaGrLwqWKxYxz65PSr2rsIyu2yQ4eEf3Uws=",  # wavesurfer.js, at our height
    "sha256-PXtZZkJMMyc18o/DN1ZEFOJ2qEGq95IQbVaJFMOXOb0=",  # model-viewer
)
STYLE_SOURCES = " ".join(f"'{each}'" for each in STYLE_HASHES)
"""For the policy's ``style-src``."""

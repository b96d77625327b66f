"""What the embedded studio calls itself in manifests."""

from typing import Literal

PROVIDER = "embedded"
Quality = Literal["draft", "standard", "master"]

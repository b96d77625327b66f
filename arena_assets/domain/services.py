"""Who does each kind of work, and on what terms: all that a price depends on besides the tables."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from arena_assets.domain.manifest import digest
from arena_assets.domain.slots import CLIPS, IMAGES, METADATA, MUSIC

EMBEDDED, CLAUDE, COMFYUI, ELEVENLABS = "embedded", "claude", "comfyui", "elevenlabs"


@dataclass(frozen=True, slots=True)
class Services:
    """The choice of services. ``max_tokens`` bounds one answer of Claude's; ``economy`` asks it
    through batches at half price. ``…_at_once`` are calls over all runs. A rate of None is that of
    the price table."""

    lore: str = EMBEDDED
    pictures: str = EMBEDDED
    clips: str = EMBEDDED
    music: str = EMBEDDED
    claude_model: str = "claude-sonnet-5-5"
    max_tokens: int = 8000
    economy: bool = False
    claude_at_once: int = 4
    elevenlabs_at_once: int = 2
    comfyui_servers: int = 1
    usd_per_gpu_hour: Decimal | None = None
    usd_per_music_minute: Decimal | None = None

    @property
    def chosen(self) -> dict[str, str]:
        """Who makes each asset of which there is a choice."""
        return {
            METADATA: self.lore,
            IMAGES: self.pictures,
            CLIPS: self.clips,
            MUSIC: self.music,
        }

    def of(self, asset: str) -> str:
        """Who makes an asset; what has no choice is made by the embedded studio."""
        return self.chosen.get(asset, EMBEDDED)

    @property
    def bought(self) -> frozenset[str]:
        """The assets that a service makes."""
        return frozenset(asset for asset, maker in self.chosen.items() if maker != EMBEDDED)

    @property
    def outside(self) -> tuple[str, ...]:
        """The services that are called at all, each once."""
        return tuple(dict.fromkeys(each for each in self.chosen.values() if each != EMBEDDED))

    @property
    def digest(self) -> str:
        """A hash that changes with any of these terms."""
        terms = asdict(self)
        return digest(
            {name: str(each) if isinstance(each, Decimal) else each for name, each in terms.items()}
        )

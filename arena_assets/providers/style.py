"""How far each maker follows a project's style and a person's wish: the one table of it.

What a maker cannot follow is no part of its content key, so it makes nothing stale.

=============  ==========  ====================================  =================================
asset          made by     of the style                          of a wish
=============  ==========  ====================================  =================================
arena_metadata claude      all of it but the references          its words
arena_metadata embedded    materials, mood, negative, as motifs  the motifs it knows
arena_scene    embedded    materials, mood, negative, as motifs  the motifs it knows
image_set      comfyui     palette, materials, mood, negative    its words
image_set      embedded    nothing: the scene decides            nothing: it varies the camera
clips          comfyui     mood, negative                        its words
clips          embedded    nothing                               nothing: it varies the move
music_tracks   elevenlabs  mood, as moods the composer knows     the moods it knows
music_tracks   embedded    mood, as moods the composer knows     the moods it knows
=============  ==========  ====================================  =================================

Sequences and final videos are cut from what is above them and follow nothing of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import JsonValue

from arena_assets.domain.prompts import forbidden_in
from arena_assets.domain.services import CLAUDE, COMFYUI, ELEVENLABS, EMBEDDED
from arena_assets.domain.slots import CLIPS, IMAGES, METADATA, MUSIC, SCENE, SlotName
from arena_assets.domain.style import Style
from arena_assets.providers.base import Outline

_WORDS = "its words are followed"
_MOTIFS = "the motifs it knows are followed, its words are not repeated"
_MOODS = "the moods the composer knows are followed"
_FOLLOWED: Mapping[tuple[str, str], tuple[tuple[str, ...], str]] = {
    (METADATA, CLAUDE): (("palette", "materials", "mood", "negative", "characters"), _WORDS),
    (METADATA, EMBEDDED): (("materials", "mood", "negative"), _MOTIFS),
    (SCENE, EMBEDDED): (("materials", "mood", "negative"), _MOTIFS),
    (IMAGES, COMFYUI): (("palette", "materials", "mood", "negative"), _WORDS),
    (CLIPS, COMFYUI): (("mood", "negative"), _WORDS),
    (MUSIC, ELEVENLABS): (("mood",), _MOODS),
    (MUSIC, EMBEDDED): (("mood",), _MOODS),
}
_NOT_FOLLOWED = "words are not followed here: another take only varies it"


def style_terms(asset: str, provider: str, style: Style) -> dict[str, JsonValue]:
    """The part of a style that a maker follows, as it counts in the content key; {} for none."""
    fields, _ = _FOLLOWED.get((asset, provider), ((), ""))
    content = style.model_dump(mode="json", include=set(fields))
    terms = {name: value for name, value in content.items() if value}
    if asset == MUSIC and terms:
        moods = known_moods(" ".join(style.mood))
        return {"mood": list(moods)} if moods else {}
    return terms


def wish_terms(asset: str, provider: str, wish: str) -> str:
    """The part of a wish that a maker follows; empty where it follows none."""
    if (asset, provider) not in _FOLLOWED or not wish:
        return ""
    return " ".join(known_moods(wish)) if asset == MUSIC else wish


def follows(asset: str, provider: str) -> str:
    """How far a maker follows a wish, in words for a person."""
    return _FOLLOWED.get((asset, provider), ((), _NOT_FOLLOWED))[1]


def asked_besides(
    outline: Outline, slot: SlotName, take: int, provider: str
) -> dict[str, JsonValue]:
    """What style and wish add to a recipe's parameters; {} where there is neither."""
    style = style_terms(slot.asset, provider, outline.style)
    wish = wish_terms(slot.asset, provider, outline.wishes.get((slot, take), ""))
    found: dict[str, JsonValue] = {}
    if style:
        found["style"] = style
    if wish:
        found["wish"] = wish
    return found


def motif_text(brief: str, besides: Mapping[str, JsonValue]) -> str:
    """A brief with style and wish behind it, for readers that look for motifs they know."""
    style = besides.get("style")
    parts = [brief, str(besides.get("wish", ""))]
    if isinstance(style, Mapping):
        parts += [*_texts(style, "materials"), *_texts(style, "mood")]
        parts += [f"no {word}" for word in _texts(style, "negative")]
    return ". ".join(part for part in parts if part)


def picture_words(prompt: str, negative: str, besides: Mapping[str, JsonValue]) -> tuple[str, str]:
    """A positive and a negative prompt with style and wish in them.

    Phrases that would put people, text or weapons into a picture are left out.
    """
    style = besides.get("style")
    more = [str(besides.get("wish", ""))]
    never: list[str] = []
    if isinstance(style, Mapping):
        palette = ", ".join(_texts(style, "palette"))
        more += [f"colour palette of {palette}"] if palette else []
        more += [f"made of {word}" for word in _texts(style, "materials")]
        more += [f"{word} mood" for word in _texts(style, "mood")]
        never += _texts(style, "negative")
    allowed = [part for part in more if part and not forbidden_in(part)]
    return ", ".join([prompt, *allowed]), ", ".join([negative, *never])


def moods_asked(besides: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """The moods that style and wish ask of a composer; the wish's come first."""
    style = besides.get("style")
    styled = _texts(style, "mood") if isinstance(style, Mapping) else []
    return tuple(dict.fromkeys([*str(besides.get("wish", "")).split(), *styled]))


def known_moods(text: str) -> tuple[str, ...]:
    """The moods of the composer's closed set that a text names, in its order."""
    from arena_assets.score.brief import MOODS

    words = re.findall(r"[a-z]+", text.casefold())
    found = (mood for word in words for mood, calls in MOODS.items() if word in (mood, *calls))
    return tuple(dict.fromkeys(found))


def _texts(style: Mapping[str, JsonValue], name: str) -> list[str]:
    found = style.get(name)
    return [str(each) for each in found] if isinstance(found, Iterable) else []

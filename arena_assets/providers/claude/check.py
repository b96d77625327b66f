"""Is a draft fit for use: the product's rules over what Claude wrote, and what to put right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pydantic import ValidationError

from arena_assets.domain.metadata import ArenaMetadata, name_key
from arena_assets.domain.palette import Pair
from arena_assets.domain.prompts import forbidden_in
from arena_assets.providers.claude.draft import LoreDraft

_NAME = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_MARKUP = re.compile(r"[<>{}\[\]\\`|]|https?:|www\.|&[a-z#]+;", re.I)
_PROBLEMS_MAX = 20


class DraftRefused(Exception):
    """What keeps a draft from being used, each as an instruction."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems[:_PROBLEMS_MAX]


@dataclass(frozen=True, slots=True)
class Lore:
    """A draft that keeps the rules; its names are still to be claimed, the best first."""

    draft: LoreDraft
    pair: Pair
    names: tuple[str, ...]

    def metadata(self, name: str) -> ArenaMetadata:
        draft, rules = self.draft, self.draft.rules
        return ArenaMetadata(
            name=name,
            mana_color=self.pair.mana_color,
            theme=self.pair.theme,
            passive_effect=draft.passive_effect,
            objective=draft.objective,
            hazard=draft.hazard,
            special_rules=tuple(
                rule
                for rule in (rules.of_the_place, rules.of_the_mana, rules.of_the_danger)
                if rule is not None
            ),
            story_text=" ".join((draft.story.origin, draft.story.change, draft.story.stakes)),
            flavor_text=draft.flavor_text,
            difficulty_rating=draft.difficulty_rating,
            environment_description=" ".join(_scenery(draft).values()),
        )


def check_draft(text: str, pair: Pair) -> Lore:
    """The lore in an answer's text. Raises DraftRefused with every problem that was found."""
    try:
        draft = LoreDraft.model_validate_json(text)
    except ValidationError as error:
        raise DraftRefused([_in_words(each["loc"], each["msg"]) for each in error.errors()]) from (
            None
        )
    problems = [*_problems(draft)]
    names = tuple(dict.fromkeys(name for name in _names(draft) if _is_name(name)))
    if not names:
        problems.append("names: give four names of two to four words, letters only")
    lore = Lore(draft, pair, names)
    if names:
        try:
            lore.metadata(names[0])
        except ValidationError as error:
            problems += [_in_words(each["loc"], each["msg"]) for each in error.errors()]
    if problems:
        raise DraftRefused(problems)
    return lore


def claim_name(lore: Lore, taken: set[str], reserve: Callable[[str], bool]) -> str | None:
    """The first of the names that is still free, claimed; None when all are taken.

    ``taken`` holds the :func:`name_key` of the project's other names.
    """
    return next(
        (name for name in lore.names if name_key(name) not in taken and reserve(name)), None
    )


def names_taken(lore: Lore) -> DraftRefused:
    return DraftRefused(
        [
            f"names: {', '.join(lore.names)} all belong to other arenas; "
            "give four quite different ones"
        ]
    )


def _names(draft: LoreDraft) -> tuple[str, ...]:
    names = draft.names
    return tuple(
        " ".join(each.split()) for each in (names.first, names.second, names.third, names.fourth)
    )


def _is_name(name: str) -> bool:
    words = name.split()
    return 2 <= len(words) <= 4 and all(_NAME.fullmatch(word) for word in words)


def _scenery(draft: LoreDraft) -> dict[str, str]:
    place = draft.environment
    return {name: getattr(place, name) for name in type(place).model_fields}


def _problems(draft: LoreDraft) -> Iterator[str]:
    for where, text in _texts(draft.model_dump(mode="json")):
        if _MARKUP.search(text):
            yield f"{where}: write plain words without markup, links, braces or brackets"
        if not text.isprintable():
            yield f"{where}: write on one line, without control characters"
    for part, text in _scenery(draft).items():
        for word in forbidden_in(text):
            yield f"environment.{part}: a picture must not show '{word}'; describe something else"
    place = draft.environment
    if not _mentions(place.centrepiece, draft.centrepiece):
        yield f"environment.centrepiece: name the chosen centrepiece, '{draft.centrepiece}'"
    features = (draft.features.first, draft.features.second, draft.features.third)
    if len(set(features)) < len(features):
        yield "features: choose three different ones"
    for feature in dict.fromkeys(features):
        if not _mentions(place.features, feature):
            yield f"environment.features: name the chosen feature '{feature}'"
    sentences = {f"environment.{part}": text for part, text in _scenery(draft).items()}
    sentences |= {f"story.{part}": text for part, text in draft.story.model_dump().items()}
    for where, text in {**sentences, "flavor_text": draft.flavor_text}.items():
        if not re.search(r"[.!?]['’”\"]?$", text.strip()):
            yield f"{where}: write one whole sentence that ends with a full stop"


def _mentions(text: str, noun: str) -> bool:
    return re.search(rf"\b{re.escape(noun.rstrip('s'))}(?:s|es)?\b", text, re.I) is not None


def _texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(each, f"{where}.{name}" if where else name)
    elif isinstance(value, str):
        yield where, value


def _in_words(where: tuple[int | str, ...], said: str) -> str:
    place = ".".join(str(each) for each in where if not isinstance(each, int)) or "draft"
    return f"{place[:80]}: {said[:160]}"

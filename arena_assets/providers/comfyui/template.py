"""Workflow templates: a graph as ComfyUI exports it for its API, and a manifest of its slots."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from arena_assets.domain.manifest import digest
from arena_assets.errors import UsageFault

_TEXT_LENGTH = 4000
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Values = Mapping[str, str | int | float]


class Kind(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    IMAGE = "image"
    """The name under which the server keeps an uploaded picture."""
    MODEL = "model"
    """The name of a file of weights; only settings choose it."""


SET = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.MODEL})
"""Kinds that settings may fill."""
_TAKES = {
    Kind.TEXT: "words",
    Kind.INTEGER: "a whole number",
    Kind.NUMBER: "a number",
    Kind.IMAGE: "the name of a picture",
    Kind.MODEL: "the name of a file of weights",
}


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(_Strict):
    """An input of a node."""

    node: str
    input: str


class SlotSpec(_Strict):
    """What may be put where. ``folder`` is where a model is to be installed."""

    kind: Kind
    to: Annotated[tuple[Target, ...], Field(min_length=1)]
    default: str | int | float | None = None
    least: float | None = None
    most: float | None = None
    step: Annotated[int, Field(ge=1)] = 1
    folder: str = ""

    def admit(self, name: str, value: object) -> str | int | float:
        """The value, when it is of the slot's kind and in its range."""
        match self.kind:
            case Kind.TEXT:
                if isinstance(value, str):
                    return plain_words(value)
            case Kind.IMAGE | Kind.MODEL:
                if isinstance(value, str) and value and "\0" not in value:
                    return value
            case Kind.INTEGER:
                if type(value) is int and self._in_range(value) and value % self.step == 0:
                    return value
            case Kind.NUMBER:
                if type(value) in (int, float) and self._in_range(value):  # type: ignore[arg-type]
                    return float(value)  # type: ignore[arg-type]
        raise UsageFault(
            f"The workflow's slot '{name}' takes {self.takes}, not {value!r:.60}",
            "Correct the setting that fills it",
        )

    @property
    def takes(self) -> str:
        """What may stand in it, in words."""
        low = "" if self.least is None else f" from {self.least:.15g}"
        high = "" if self.most is None else f" up to {self.most:.15g}"
        steps = f", a multiple of {self.step}" if self.step > 1 else ""
        return f"{_TAKES[self.kind]}{low}{high}{steps}"

    def _in_range(self, value: float) -> bool:
        low = -float("inf") if self.least is None else self.least
        high = float("inf") if self.most is None else self.most
        return low <= value <= high


class Manifest(_Strict):
    """``output`` is the node that saves; ``suffix`` that of the file it writes."""

    name: Name
    title: str
    produces: Literal["picture", "video"]
    output: str
    suffix: Literal[".png", ".webp", ".jpg", ".mp4", ".webm"] = ".png"
    frames_per_second: float | None = None
    slots: dict[Name, SlotSpec]

    @model_validator(mode="after")
    def _defaults_fit(self) -> Manifest:
        for name, slot in self.slots.items():
            if slot.default is not None:
                slot.admit(name, slot.default)
        return self


@dataclass(frozen=True, slots=True)
class Template:
    """A graph whose slots are all there."""

    manifest: Manifest
    graph: Mapping[str, Mapping[str, Any]]

    @classmethod
    def parse(cls, manifest_json: str, graph_json: str) -> Template:
        """Raises UsageFault when a slot points to nothing, or the graph is not for the API."""
        try:
            manifest = Manifest.model_validate_json(manifest_json)
            graph = json.loads(graph_json)
        except ValueError as error:
            raise UsageFault(f"A workflow template is wrong: {error}", _MEND) from error
        for node in graph.values() if isinstance(graph, dict) else (None,):
            if not isinstance(node, dict) or not {"class_type", "inputs"} <= node.keys():
                raise UsageFault(
                    f"The graph of {manifest.name} is not in API format",
                    "Export it in ComfyUI with Workflow → Export (API)",
                )
        for name, slot in manifest.slots.items():
            for target in slot.to:
                if target.input not in graph.get(target.node, {}).get("inputs", {}):
                    raise UsageFault(
                        f"Slot '{name}' of {manifest.name} points to {target.node}.{target.input}, "
                        "which is not in its graph",
                        _MEND,
                    )
        if "filename_prefix" not in graph.get(manifest.output, {}).get("inputs", {}):
            raise UsageFault(
                f"The output of {manifest.name} is no node that saves a file under a prefix", _MEND
            )
        return cls(manifest, graph)

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def digest(self) -> str:
        """Changes with the graph and with the manifest."""
        return digest({"manifest": self.manifest.model_dump(mode="json"), "graph": self.graph})

    @property
    def guided(self) -> bool:
        """Whether it takes the scene's picture and its depth."""
        return {"image", "depth"} <= self.manifest.slots.keys()

    @property
    def titles(self) -> dict[str, str]:
        """The name of each node as its author sees it."""
        return {
            node: str(given.get("_meta", {}).get("title") or given["class_type"])
            for node, given in self.graph.items()
        }

    def defaults(self, kind: Kind) -> dict[str, str | int | float]:
        return {
            name: slot.default
            for name, slot in self.manifest.slots.items()
            if slot.kind is kind and slot.default is not None
        }

    def fill(self, values: Values, prefix: str) -> dict[str, dict[str, Any]]:
        """The graph to run. A slot without a value keeps its default, or must have one."""
        unknown = values.keys() - self.manifest.slots.keys()
        if unknown:
            raise UsageFault(f"{self.name} has no slot '{min(unknown)}'", _MEND)
        graph = copy.deepcopy({node: dict(given) for node, given in self.graph.items()})
        for name, slot in self.manifest.slots.items():
            value = values.get(name, slot.default)
            if value is None:
                raise UsageFault(f"Nothing fills the slot '{name}' of {self.name}", _MEND)
            for target in slot.to:
                graph[target.node]["inputs"][target.input] = slot.admit(name, value)
        graph[self.manifest.output]["inputs"]["filename_prefix"] = prefix
        return graph

    def weights(self, values: Values) -> dict[str, float]:
        """How much of the work each node is: a sampler as many parts as it has steps."""
        weights = dict.fromkeys(self.graph, 1.0)
        for name, slot in self.manifest.slots.items():
            if name.endswith("steps"):
                for target in slot.to:
                    weights[target.node] = float(values.get(name, slot.default or 1))
        return weights


_MEND = "Correct the template; docs/comfyui.md says what one looks like"


def plain_words(text: str) -> str:
    """Words for a text encoder, without what ComfyUI would read as an order.

    Brackets weigh words, ``embedding:`` names a file, and backslashes escape.
    """
    line = " ".join(re.sub(r"[\x00-\x1f\x7f\\]", " ", text).split())[:_TEXT_LENGTH]
    line = re.sub(r"(?i)embedding\s*:\s*", "embedding ", line)
    return re.sub(r"([()])", r"\\\1", line)

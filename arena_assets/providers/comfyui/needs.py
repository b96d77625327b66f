"""Whether a server can run a template: asked of /object_info before anything is queued."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arena_assets.providers.comfyui.faults import plain
from arena_assets.providers.comfyui.template import Kind, Template

Facts = Mapping[str, Any]


def missing(template: Template, models: Mapping[str, str], facts: Facts) -> list[str]:
    """One phrase for each thing to install or correct; empty when the template can run."""
    return list(dict.fromkeys(_missing(template, models, facts)))


def _missing(template: Template, models: Mapping[str, str], facts: Facts) -> Iterator[str]:
    filled = {
        (target.node, target.input)
        for slot in template.manifest.slots.values()
        for target in slot.to
    }
    for node, given in template.graph.items():
        kind = given["class_type"]
        if kind not in facts:
            yield f"the node '{kind}' (update ComfyUI, or install the extension that brings it)"
            continue
        inputs = _inputs(facts[kind])
        for name in _required(facts[kind]) - given["inputs"].keys():
            yield f"a value for '{name}' of {template.titles[node]} in the template"
        for name, value in given["inputs"].items():
            choices = _choices(inputs.get(name))
            if (node, name) in filled or isinstance(value, list) or choices is None:
                continue
            if value not in choices:
                yield f"the choice '{plain(value)}' for '{name}' of {template.titles[node]}"
    for name, slot in template.manifest.slots.items():
        if slot.kind is Kind.MODEL and listed_model(template, name, models[name], facts) is None:
            where = f" in {slot.folder}" if slot.folder else ""
            yield f"the file {models[name]}{where}"


def listed_model(template: Template, slot: str, wanted: str, facts: Facts) -> str | None:
    """A model's name as the server lists it: exactly, or in one sub-folder of its own."""
    target = template.manifest.slots[slot].to[0]
    kind = template.graph[target.node]["class_type"]
    choices = _choices(_inputs(facts.get(kind, {})).get(target.input))
    if choices is None or wanted in choices:
        return wanted if choices is not None else None
    same = [each for each in choices if each.replace("\\", "/").rsplit("/", 1)[-1] == wanted]
    return same[0] if len(same) == 1 else None


def _inputs(fact: Mapping[str, Any]) -> dict[str, Any]:
    groups = fact.get("input", {})
    return {
        name: spec
        for group in ("required", "optional")
        for name, spec in (groups.get(group) or {}).items()
    }


def _required(fact: Mapping[str, Any]) -> set[str]:
    return set((fact.get("input", {}).get("required") or {}).keys())


def _choices(spec: object) -> list[str] | None:
    """The values an input offers; None when any will do. There are two spellings of it."""
    if not isinstance(spec, list) or not spec:
        return None
    if isinstance(spec[0], list):
        return [str(each) for each in spec[0]]
    if spec[0] == "COMBO" and len(spec) > 1 and isinstance(spec[1], dict):
        options = spec[1].get("options")
        return [str(each) for each in options] if isinstance(options, list) else None
    return None

"""Parameters of a mix by their paths: ``room_seconds``, ``stems.bass.compressor.ratio``,
``stems.pad.automation.gain_db``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from annotated_types import Ge, Le
from pydantic import BaseModel, ValidationError

from arena_assets.errors import UsageFault
from arena_assets.score.automation import BOUNDS, Lane, Moving
from arena_assets.score.parameters import Compressor, MixParameters

_UNITS = {
    "lu": "LU", "db": "dB", "hz": "Hz", "ms": "ms", "seconds": "s", "beats": "beats", "ratio": ": 1"
}  # fmt: skip
_NONE = "none"
_POINT = re.compile(r"^([0-9.]+):([-+]?[0-9.]+)$")
_LANE_NEXT = "Write it like 'bars 0:-3 8:0', in seconds, beats or bars; 'none' takes it away"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its value as text, its unit ('' for a plain number) and its bounds."""

    path: str
    value: str
    unit: str
    low: float
    high: float


def parameters_of(mix: MixParameters) -> list[Parameter]:
    """Every parameter that can be set, those of the whole mix first."""
    return list(_listed(mix))


def changed(mix: MixParameters, changes: Mapping[str, str]) -> MixParameters:
    """A mix with values set by path; ``lead.pan`` stands for ``stems.lead.pan``.

    Raises :class:`UsageFault` with the nearest paths for one that there is not, and with the bounds
    for a value outside of them. Nothing is changed unless all can be.
    """
    data = mix.model_dump(mode="json")
    known = {each.path: each for each in _listed(mix)}
    for path, value in changes.items():
        full = path if path in known else f"stems.{path}"
        if full not in known:
            raise _no_such(path, known)
        _set(data, full, value)
    try:
        return MixParameters.model_validate(data)
    except ValidationError as error:
        raise _out_of_bounds(error, known) from error


def differences(before: MixParameters, after: MixParameters) -> dict[str, tuple[str, str]]:
    """What was and what is, by path, of all that differs."""
    old = {each.path: each.value for each in _listed(before)}
    return {
        each.path: (old.get(each.path, _NONE), each.value)
        for each in _listed(after)
        if old.get(each.path) != each.value
    }


def _listed(mix: MixParameters) -> Iterator[Parameter]:
    yield from _of_model(mix, "")
    for name, stem in mix.stems.items():
        yield from _of_model(stem, f"stems.{name}.")
        usual = stem.compressor or Compressor()
        for each in _of_model(usual, f"stems.{name}.compressor."):
            value = each.value if stem.compressor else _NONE
            yield Parameter(each.path, value, each.unit, each.low, each.high)
        for moving, (low, high) in BOUNDS.items():
            lane = stem.lane(moving)
            value = _NONE if lane is None else _told(lane)
            yield Parameter(f"stems.{name}.automation.{moving}", value, _unit(moving), low, high)


def _of_model(model: BaseModel, prefix: str) -> Iterator[Parameter]:
    for name, info in type(model).model_fields.items():
        if info.annotation is float:
            low = next(float(str(each.ge)) for each in info.metadata if isinstance(each, Ge))
            high = next(float(str(each.le)) for each in info.metadata if isinstance(each, Le))
            yield Parameter(prefix + name, f"{getattr(model, name):g}", _unit(name), low, high)


def _unit(name: str) -> str:
    return _UNITS.get(name.rpartition("_")[2], "")


def _set(data: dict[str, Any], path: str, value: str) -> None:
    """Put a value where its path, known to be one, leads."""
    if not path.startswith("stems."):
        data[path] = value
        return
    _, _, rest = path.partition(".")
    for group in (".compressor.", ".automation."):
        name, found, field = rest.partition(group)
        if found:
            break
    else:
        name, _, field = rest.rpartition(".")
    stem = data["stems"][name]
    if not found:
        stem[field] = value
    elif found == ".compressor.":
        if value == _NONE:
            stem["compressor"] = None
        else:
            stem["compressor"] = {**(stem["compressor"] or {}), field: value}
    else:
        kept = [lane for lane in stem["automation"] if lane["parameter"] != field]
        stem["automation"] = kept if value == _NONE else [*kept, _lane(field, value)]


def _lane(field: str, value: str) -> dict[str, Any]:
    words = value.split()
    unit = words.pop(0) if words and words[0] in ("seconds", "beats", "bars") else "bars"
    points = [_POINT.match(word) for word in words]
    if not points or not all(points) or field not in get_args(Moving):
        raise UsageFault(f"'{value[:80]}' is no automation", _LANE_NEXT)
    found = [match.groups() for match in points if match]
    return {
        "parameter": field,
        "unit": unit,
        "points": [{"at": at, "value": level} for at, level in found],
    }


def _told(lane: Lane) -> str:
    return " ".join([lane.unit, *(f"{point.at:g}:{point.value:g}" for point in lane.points)])


def _no_such(path: str, known: Mapping[str, Parameter]) -> UsageFault:
    """With the paths that are most like it: alike as a whole, or in the name at its end."""
    short = {each.removeprefix("stems."): each for each in known}
    close = difflib.get_close_matches(path.removeprefix("stems."), short, n=4, cutoff=0.55)
    near = [short[each] for each in close]
    stem, _, field = path.removeprefix("stems.").partition(".")
    own = [each for each in known if each.startswith(f"stems.{stem}.")]
    last = field.rpartition(".")[2]
    near += [each for each in own if last and each.endswith(last)]
    near = list(dict.fromkeys(near))[:4] or own[:4] or list(known)[:4]
    return UsageFault(
        f"There is no parameter '{path[:80]}'",
        f"Near it: {', '.join(near)}; 'arena remix … --list' shows all",
    )


def _out_of_bounds(error: ValidationError, known: Mapping[str, Parameter]) -> UsageFault:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ")
    bounds = known.get(where)
    if bounds is None:
        return UsageFault(f"{where}: {said}", "Choose a value within its bounds")
    return UsageFault(
        f"{where} cannot be '{str(first['input'])[:40]}'",
        f"It goes from {bounds.low:g} to {bounds.high:g} {bounds.unit}".rstrip(),
    )

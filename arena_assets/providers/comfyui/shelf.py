"""Where templates come from: those of the package, and those of a folder a user names.

A template is two files, ``NAME.json`` (the graph) and ``NAME.manifest.json``. It is chosen by its
name alone; a name is never a path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from arena_assets.errors import FolderUnwritable, UsageFault
from arena_assets.providers.comfyui.options import ComfyOptions
from arena_assets.providers.comfyui.template import SET, Template

PACKAGED = Path(__file__).parent / "workflows"
_MANIFEST = ".manifest.json"
_MOST_BYTES = 1 << 20


def templates_in(folder: Path) -> dict[str, Template]:
    """All templates of a folder by name."""
    found = {}
    for manifest in sorted(folder.glob(f"*{_MANIFEST}")):
        graph = manifest.with_name(manifest.name.removesuffix(_MANIFEST) + ".json")
        template = Template.parse(_text(manifest), _text(graph))
        if f"{template.name}{_MANIFEST}" != manifest.name:
            raise UsageFault(
                f"{manifest.name} names its template '{template.name}'",
                "Give the file and the template one name",
            )
        found[template.name] = template
    return found


def templates(own: Path | None) -> Mapping[str, Template]:
    """The package's templates and the user's; the user's come first where names agree."""
    if own is not None and not own.is_dir():
        raise UsageFault(
            f"There is no folder {own} with workflow templates",
            "Correct ARENA_COMFYUI_TEMPLATES, or unset it",
        )
    return templates_in(PACKAGED) | (templates_in(own) if own is not None else {})


def chosen(names: Iterable[str], own: Path | None, produces: str) -> tuple[Template, ...]:
    """Templates by name, in that order. Raises UsageFault for a name that is not there."""
    there = {
        name: each for name, each in templates(own).items() if each.manifest.produces == produces
    }
    found = []
    for name in names:
        if name not in there:
            raise UsageFault(
                f"There is no {produces} workflow '{name[:60]}'",
                f"There are {', '.join(sorted(there))}",
            )
        found.append(there[name])
    return tuple(found)


def check_values(options: ComfyOptions) -> None:
    """Raises UsageFault for a value that is for no slot, or that its slot does not take."""
    given: dict[str, str | int | float] = {**options.models, **options.values}
    there = templates(options.templates) if given else {}
    for place, value in given.items():
        name, _, slot = place.partition(".")
        said = f"'{place}={value}'"[:80] + " in ARENA_COMFYUI_VALUES"
        if name not in there:
            raise UsageFault(f"{said} is for no workflow", f"There are {', '.join(sorted(there))}")
        slots = {
            each: spec for each, spec in there[name].manifest.slots.items() if spec.kind in SET
        }
        if slot not in slots:
            raise UsageFault(
                f"{said} is for no slot that settings may fill", f"{name} has {', '.join(slots)}"
            )
        try:
            slots[slot].admit(slot, value)
        except UsageFault as error:
            raise UsageFault(
                f"{said} does not fit: the slot takes {slots[slot].takes}",
                "Correct it, or leave it out for the workflow's own value",
            ) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UsageFault(f"{path.name} is too large for a template", "Export the graph again")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise FolderUnwritable(
            f"{path.name} cannot be read ({error.strerror})",
            "A template is NAME.json and NAME.manifest.json in one folder",
        ) from error

"""The page of the web layout, as text. Every value that reaches it is escaped."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from html import escape

from arena_assets.domain.palette import ManaColor
from arena_assets.domain.sequences import SEQUENCES, SequenceKind
from arena_assets.domain.views import CLIP_HEIGHT, CLIP_WIDTH, VIEWS
from arena_assets.export.bundle import PackInput

STYLE = """\
:root{color-scheme:dark;--ink:#ece9e2;--dim:#a9abb6;--page:#101116;--card:#1a1c24;--line:#33363f}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.6 system-ui,sans-serif}
main,header,footer{max-width:72rem;margin:0 auto;padding:0 1.25rem}
header{padding-top:3rem}
h1{font-size:clamp(2rem,5vw,3.25rem);line-height:1.1;margin:0 0 .5rem;text-wrap:balance}
h2{font-size:1.5rem;margin:3rem 0 1rem}
h3{font-size:1.0625rem;margin:0 0 .25rem}
p{margin:.25rem 0 .75rem;max-width:65ch}
.lead{font-style:italic;font-size:1.1875rem}
.facts{color:var(--dim);margin:0}
.grid{display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.125rem}
.card p:last-child{margin-bottom:0}
figure{margin:0}
figcaption{color:var(--dim);padding:.375rem 0}
img,video{display:block;width:100%;height:auto;aspect-ratio:16/9;object-fit:cover}
img,video{border-radius:.5rem;background:#000}
audio{width:100%}
a{color:inherit}
:focus-visible{outline:3px solid var(--accent,#8ab4ff);outline-offset:3px}
hr{height:4px;border:0;border-radius:2px;margin:1.25rem 0;background:var(--accent)}
.crimson{--accent:#ff5a4d}
.azure{--accent:#5aa2ff}
.verdant{--accent:#52d66f}
.obsidian{--accent:#b07bff}
.radiant{--accent:#ffcd5c}
.aether{--accent:#6fe6f2}
footer{color:var(--dim);padding:3rem 1.25rem}
"""


def arena_page(pack: PackInput, present: Collection[str], policy: str) -> str:
    """``index.html`` for the files that are ``present``, under a content security policy."""
    metadata = pack.metadata
    name = escape(metadata.name)
    facts = (
        f"{escape(metadata.theme.words.capitalize())} · {metadata.mana_color.value.capitalize()} "
        f"mana · Difficulty {metadata.difficulty_rating} of 5"
    )
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{name}</title>
<style>{STYLE}</style>
</head>
<body class="{_accent(metadata.mana_color)}">
<header>
<h1>{name}</h1>
<p class="facts">{facts}</p>
<hr>
<p class="lead">{escape(metadata.flavor_text)}</p>
<p>{escape(metadata.story_text)}</p>
</header>
<main>
{"".join(_sections(pack, present))}</main>
<footer><p>{escape(pack.project)} · {escape(pack.partition)}</p></footer>
</body>
</html>
"""


def _accent(color: ManaColor) -> str:
    return color.value.lower()


def _sections(pack: PackInput, present: Collection[str]) -> Iterator[str]:
    for title, cards in (
        ("Videos", _videos(present)),
        ("Mechanics", _mechanics(pack)),
        ("Music", _music(present)),
        ("Views", _views(pack, present)),
    ):
        inner = "".join(cards)
        if inner:
            key = title.lower()
            yield (
                f'<section aria-labelledby="{key}">\n<h2 id="{key}">{title}</h2>\n'
                f'<div class="grid">\n{inner}</div>\n</section>\n'
            )


def _videos(present: Collection[str]) -> Iterator[str]:
    for sequence in SEQUENCES:
        path = f"videos/{sequence.slot}.mp4"
        if path in present:
            label = f"{sequence.use.capitalize()}, {sequence.seconds} seconds"
            loop = " loop" if sequence.kind is SequenceKind.AMBIENT else ""
            poster = f"images/{VIEWS[sequence.clips[0] - 1].slot}.webp"
            shown = f' poster="{poster}"' if poster in present else ""
            yield (
                f'<figure><video controls{loop} preload="none" width="{CLIP_WIDTH}" '
                f'height="{CLIP_HEIGHT}"{shown} aria-label="{label}" src="{path}"></video>'
                f"<figcaption>{label}</figcaption></figure>\n"
            )


def _music(present: Collection[str]) -> Iterator[str]:
    types = {"mp3": "audio/mpeg", "ogg": "audio/ogg"}
    for sequence in SEQUENCES:
        paths = {kind: f"music/{sequence.slot}.{kind}" for kind in types}
        sources = "".join(
            f'<source src="{path}" type="{types[kind]}">'
            for kind, path in paths.items()
            if path in present
        )
        if sources:
            title = f"{sequence.slot.capitalize()} track"
            loop = " loop" if sequence.loops else ""
            yield (
                f'<div class="card"><h3>{title}</h3><audio controls{loop} preload="none" '
                f'aria-label="{title}">{sources}</audio></div>\n'
            )


def _views(pack: PackInput, present: Collection[str]) -> Iterator[str]:
    for view in VIEWS:
        path = f"images/{view.slot}.webp"
        if path in present:
            described = escape(f"{pack.metadata.name}: {view.phrase}")
            yield (
                f'<figure><a href="{path}"><img src="{path}" alt="{described}" loading="lazy"></a>'
                f"<figcaption>{escape(view.title)}</figcaption></figure>\n"
            )


def _mechanics(pack: PackInput) -> Iterator[str]:
    metadata = pack.metadata
    objective, hazard = metadata.objective, metadata.hazard
    yield _card("Passive effect", metadata.passive_effect.name, metadata.passive_effect.description)
    yield _card("Objective", objective.name, objective.description, f"Reward: {objective.reward}")
    yield _card("Hazard", hazard.name, hazard.description, hazard.effect)
    for rule in metadata.special_rules:
        yield _card("Special rule", rule.name, rule.description)


def _card(kind: str, name: str, *lines: str) -> str:
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<div class="card"><p class="facts">{kind}</p><h3>{escape(name)}</h3>{text}</div>\n'

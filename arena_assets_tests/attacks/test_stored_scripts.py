"""Scripts stored in every text: no page and no answer brings any of them to life."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode
from sqlalchemy import update

from arena_assets.domain.metadata import ArenaMetadata
from arena_assets.domain.slots import Slot, metadata_slot
from arena_assets.store import results
from arena_assets.store.tables import PlanRow
from arena_assets_tests.attacks.conftest import Console
from arena_assets_tests.attacks.doors import Answer, Wire, request, routes
from arena_assets_tests.attacks.payloads import XSS, marked
from arena_assets_tests.counting import Counted

_NO_PAGE = ("/media/", "/static/", "/dagster")
_ALIVE = frozenset(
    {"iframe", "object", "embed", "base", "math", "animate", "marquee", "foreignobject", "template"}
)
_TEXT = ("application/json", "application/problem+json", "text/event-stream", "")
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "data", "poster", "xlink:href"})


def _alive(answer: Answer, mark: str) -> Iterator[str]:
    """What of a marked text came to life in a page."""
    tree = LexborHTMLParser(answer.body)
    for node in tree.root.traverse(include_text=True) if tree.root else ():
        yield from _alive_node(node, mark)


def _alive_node(node: LexborNode, mark: str) -> Iterator[str]:
    tag = str(node.tag).casefold()
    if tag in _ALIVE or mark in tag:
        yield f"<{tag}>"
    if tag in ("script", "style", "-comment") and mark in (node.text(deep=True) or ""):
        yield f"inside <{tag}>"
    if tag == "script" and not str(node.attributes.get("src", "")).startswith("/static/"):
        yield "a script that is none of ours"
    for name, value in node.attributes.items():
        text = (value or "").strip()
        if name.startswith("on") or name in ("srcdoc", "http-equiv") or mark in name:
            yield f"<{tag} {name}>"
        if mark not in text:
            continue
        before = text.partition(mark)[0]
        ours = before.startswith("/") and not before.startswith("//") and "?" in before
        if (name in _ADDRESSES or name.startswith(("hx-", "data-hx-"))) and not ours:
            yield f"<{tag} {name}={text[:60]}>"
        if name == "style":
            yield f"<{tag} style>"


def _store(console: Console, text: str) -> dict[str, int]:
    """Put the text into everything that takes text; the status each door answered with."""
    found: dict[str, int] = {}
    for route in routes(console.app):
        if route.method == "GET" or route.path.startswith(("/sign-in", "/set-up", *_NO_PAGE)):
            continue
        if "unpublish" in route.path or "cancel" in route.path:
            continue
        for take in route.each():
            if take.where in ("form", "json", "file"):
                found[str(take)] = console.send(request(route, take, text)).status
    _write(console, text)
    return found


def _write(console: Console, text: str) -> None:
    """As a model would have written it: into every text of the lore, past every form."""
    here = console.desk
    kept = results.latest(here.db, Slot(1, metadata_slot()))
    assert kept is not None
    lore = json.loads(here.blobs.path(kept.file("metadata")).read_bytes())

    def filled(value: Any, name: str) -> Any:
        if isinstance(value, dict):
            return {key: filled(each, key) for key, each in value.items()}
        if isinstance(value, list):
            return [filled(each, name) for each in value]
        if not isinstance(value, str) or name in ("mana_color", "theme", "trigger"):
            return value
        return f"{text} {'dust ' * 5}"[:80].strip()

    lore = filled(lore, "")
    lore["name"] = f"x {text.replace(' ', '')}"[:100]
    content = ArenaMetadata.model_validate(lore).model_dump_json().encode()
    ref = here.blobs.put_bytes(content, "application/json", ".json")
    key = hashlib.sha256(content).hexdigest()
    results.keep(
        here.db,
        Slot(1, metadata_slot()),
        kept.model_copy(update={"files": {**kept.files, "metadata": ref}, "key": key}),
    )
    with here.db.write() as session:
        session.execute(
            update(PlanRow).where(PlanRow.id == 1).values(name=lore["name"], reason=text[:200])
        )


def _shown(console: Console, text: str) -> Iterator[tuple[str, Answer]]:
    """Every page and answer, also those that repeat what they were asked."""
    for route in routes(console.app):
        if route.method != "GET" or route.path.startswith(("/media/", "/static/")):
            continue
        yield route.path, console.send(request(route, None, ""))
        for take in route.each():
            if take.where == "query" or (take.where == "path" and "/" not in text):
                yield str(take), console.send(request(route, take, text))
    for path in ("/projects", "/operations", "/tokens", "/users", "/api/v1/projects"):
        yield path, console.send(Wire("GET", path, {}, b""))


def _wrong(answer: Answer, mark: str) -> Iterator[str]:
    csp = answer.headers.get("content-security-policy", "")
    if "default-src 'none'" not in csp or "unsafe-inline" in csp or "unsafe-eval" in csp:
        yield f"policy {csp!r}"
    if answer.headers.get("x-content-type-options") != "nosniff":
        yield "sniffed"
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        yield from _alive(answer, mark)
    elif kind not in _TEXT and mark.encode() in answer.body:
        yield f"as {kind}"
    elif kind.endswith("json"):
        json.loads(answer.body)
    where = answer.headers.get("location", "/")
    if not where.startswith("/") or where.startswith("//"):
        yield f"leads to {where}"


@pytest.mark.attacks
def test_no_stored_text_comes_to_life(console: Console, counted: Counted) -> None:
    wrong: list[str] = []
    seen = taken = 0
    for number, payload in enumerate(XSS):
        text, mark = marked(payload, number)
        stored = _store(console, text)
        taken += sum(status < 400 for status in stored.values())
        repeated = 0
        for where, answer in _shown(console, text):
            if where.startswith(("/dagster", "GET /dagster")):
                continue
            seen += 1
            repeated += mark.encode() in answer.body
            wrong += [f"{text!r} at {where}: {each}" for each in _wrong(answer, mark)]
        assert repeated >= 5, f"{text!r} was shown nowhere, so nothing was tested"
    assert not wrong, "\n".join([f"{len(wrong)} wrong", *dict.fromkeys(wrong)][:40])
    assert len(XSS) >= 50
    counted("scripts stored in every text field", len(XSS))
    counted("texts stored by the console's doors", taken)
    counted("pages and answers parsed", seen)


def test_what_is_not_escaped_would_be_seen(counted: Counted) -> None:
    """The reader of pages finds each payload alive in pages that escape nothing."""
    found = 0
    for number, payload in enumerate(XSS):
        text, mark = marked(payload, number)
        pages = (
            f"<p>{text}</p>", f'<p title="{text}">', f"<p title='{text}'>", f"<p title={text}>",
            f"<title>{text}</title>", f"<textarea>{text}</textarea>", f"<script>{text}</script>",
            f"<style>{text}</style>", f"<!-- {text}", f'<a href="{text}">', f"<noscript>{text}",
            f"<![CDATA[{text}",
        )  # fmt: skip
        answers = [Answer(200, {}, page.encode()) for page in pages]
        assert any(True for answer in answers for _ in _alive(answer, mark)), text
        plain = Answer(200, {}, f"<p>{text}</p>".encode())
        found += any(True for _ in _alive(plain, mark))
    assert found >= 30
    counted("scripts seen alive where nothing is escaped", found)

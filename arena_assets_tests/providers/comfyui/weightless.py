"""Workflows that need no weights, so that a real server on a CPU runs them in seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Node = dict[str, Any]
_MOST_SEED = 2**63


def node(kind: str, title: str = "", **inputs: Any) -> Node:
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": title or kind}}


def slot(kind: str, *to: tuple[str, str], **rest: Any) -> dict[str, Any]:
    return {"kind": kind, "to": [{"node": n, "input": i} for n, i in to], **rest}


def write(
    folder: Path,
    name: str,
    graph: dict[str, Node],
    slots: dict[str, Any],
    *,
    produces: str = "picture",
    suffix: str = ".png",
) -> None:
    manifest = {
        "name": name,
        "title": name,
        "produces": produces,
        "output": "save",
        "suffix": suffix,
        "slots": slots,
    }
    (folder / f"{name}.json").write_text(json.dumps(graph))
    (folder / f"{name}.manifest.json").write_text(json.dumps(manifest))


def write_all(folder: Path) -> None:
    """``plain``, ``guided``, ``slow`` (many nodes), ``moving`` and ``panning`` (videos)."""
    words = node("PrimitiveStringMultiline", "Words", value="")
    size = {
        "width": slot("integer", ("sized", "width"), least=64, most=4096, step=8),
        "height": slot("integer", ("sized", "height"), least=64, most=4096, step=8),
    }
    common = {
        "positive": slot("text", ("words", "value")),
        "seed": slot("integer", ("noise", "seed"), least=0, most=_MOST_SEED),
    }
    plain = {
        "words": words,
        "sized": node("EmptyImage", "Size", width=448, height=256, batch_size=1, color=0x507090),
        "noise": node("ImageAddNoise", "Noise", image=["sized", 0], seed=0, strength=0.5),
        "blur": node("ImageBlur", "Blur", image=["noise", 0], blur_radius=2, sigma=1.0),
        "save": node("SaveImage", "Save", images=["blur", 0], filename_prefix="x"),
    }
    write(folder, "plain", plain, {**common, **size})
    write(folder, "slow", _slow(plain), {**common, **size})
    guided = {
        "words": words,
        "image": node("LoadImage", "Scene", image="scene.png"),
        "depth": node("LoadImage", "Depth", image="depth.png"),
        "blend": node(
            "ImageBlend",
            image1=["image", 0],
            image2=["depth", 0],
            blend_factor=0.15,
            blend_mode="normal",
        ),
        "noise": node("ImageAddNoise", image=["blend", 0], seed=0, strength=0.05),
        "sized": _scaled("noise"),
        "save": node("SaveImage", "Save", images=["sized", 0], filename_prefix="x"),
    }
    pictures = {
        "image": slot("image", ("image", "image")),
        "depth": slot("image", ("depth", "image")),
    }
    write(folder, "guided", guided, {**common, **size, **pictures})
    moving = {
        "words": words,
        "image": node("LoadImage", "Picture", image="picture.png"),
        "sized": _scaled("image"),
        "many": node("RepeatImageBatch", image=["sized", 0], amount=24),
        "noise": node("ImageAddNoise", image=["many", 0], seed=0, strength=0.1),
        "video": node("CreateVideo", images=["noise", 0], fps=24.0),
        "save": node(
            "SaveVideo", video=["video", 0], filename_prefix="x", format="mp4", codec="h264"
        ),
    }
    slots = {**common, **size, "image": pictures["image"]}
    slots["frames"] = slot("integer", ("many", "amount"), least=1, most=400, default=24)
    slots["width"]["default"], slots["height"]["default"] = 320, 192
    write(folder, "moving", moving, slots, produces="video", suffix=".mp4")
    del slots["frames"]
    write(folder, "panning", _panning(moving), slots, produces="video", suffix=".mp4")


def _panning(moving: dict[str, Node], count: int = 84, wide: int = 640) -> dict[str, Node]:
    """A camera that pans over the picture: 3.5 s of crops, batched in pairs to spare memory."""
    graph = {name: moving[name] for name in ("words", "image")}
    graph["large"] = node(
        "ImageScale",
        image=["image", 0],
        upscale_method="lanczos",
        width=wide + 4 * count,
        height=wide * 9 // 16 + 60,
        crop="center",
    )
    row = []
    for number in range(count):
        graph[f"crop{number}"] = node(
            "ImageCrop", image=["large", 0], width=wide, height=wide * 9 // 16, x=4 * number, y=30
        )
        row.append(f"crop{number}")
    while len(row) > 1:
        left = row[-1:] if len(row) % 2 else []
        pairs = list(zip(row[::2], row[1::2], strict=False))
        row = []
        for one, other in pairs:
            row.append(f"batch{len(graph)}")
            graph[row[-1]] = node("ImageBatch", image1=[one, 0], image2=[other, 0])
        row += left
    graph["noise"] = node("ImageAddNoise", image=[row[0], 0], seed=0, strength=0.01)
    graph["sized"] = _scaled("noise")
    graph["video"] = node("CreateVideo", images=["sized", 0], fps=24.0)
    graph["save"] = moving["save"]
    return graph


def _scaled(source: str) -> Node:
    return node(
        "ImageScale",
        image=[source, 0],
        upscale_method="bilinear",
        width=448,
        height=256,
        crop="center",
    )


def _slow(plain: dict[str, Node], count: int = 16) -> dict[str, Node]:
    """Many blurs one after another: a server looks for an interrupt before each."""
    graph = {name: each for name, each in plain.items() if name not in ("blur", "save")}
    before = "noise"
    for number in range(count):
        name = f"blur{number}"
        graph[name] = node("ImageBlur", image=[before, 0], blur_radius=15, sigma=3.0)
        before = name
    graph["save"] = node("SaveImage", "Save", images=[before, 0], filename_prefix="x")
    return graph

"""The double's one GPU: a queue, a worker, a history, and how long things take."""

from __future__ import annotations

import heapq
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from arena_assets.domain.manifest import canonical_json
from arena_assets_tests.doubles.comfyui.art import Graph, draw, film

Emit = Callable[[str | None, str, dict[str, Any]], None]
Job = tuple[float, str, Graph, dict[str, Any]]
_SAVERS = ("SaveImage", "SaveVideo", "PreviewImage")


@dataclass(frozen=True)
class Pace:
    """Seconds: loading a workflow's models, a sampler's step, any other node."""

    load: float = 0.0
    step: float = 0.002
    node: float = 0.001


class Stopped(Exception):
    """The job was interrupted."""


@dataclass
class Gpu:
    folder: Path
    emit: Emit
    pace: Pace = Pace()
    number: int = 0
    pending: list[Job] = field(default_factory=list)
    running: Job | None = None
    history: dict[str, Any] = field(default_factory=dict)
    ran: list[str] = field(default_factory=list)
    fail_with: list[tuple[str, str]] = field(default_factory=list)
    """Kinds and messages of errors that the next jobs meet."""
    wrong_sizes: int = 0
    busy_seconds: float = 0.0
    first_at: float = 0.0
    last_at: float = 0.0
    """When its first job began and its last one ended, by the monotonic clock."""

    def __post_init__(self) -> None:
        self._more = threading.Condition()
        self._interrupted = threading.Event()
        self._cache: dict[str, Any] = {}
        self._loaded: set[str] = set()
        self.alive = True
        for name in ("input", "output", "temp"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._work, daemon=True, name="double-gpu").start()

    def put(
        self, graph: Graph, prompt_id: str, extra: dict[str, Any], number: float | None
    ) -> float:
        with self._more:
            if number is None:
                number = float(self.number)
                self.number += 1
            heapq.heappush(self.pending, (number, prompt_id, graph, extra))
            self._more.notify_all()
        return number

    def queue(self) -> tuple[Job | None, list[Job]]:
        """The running job and the waiting ones at one moment, as the real server tells them: a job
        that is seen in neither would be taken for lost."""
        with self._more:
            return self.running, list(self.pending)

    def delete(self, prompt_id: str) -> None:
        with self._more:
            self.pending = [each for each in self.pending if each[1] != prompt_id]
            heapq.heapify(self.pending)

    def interrupt(self, prompt_id: str | None) -> None:
        with self._more:
            if self.running and prompt_id in (None, self.running[1]):
                self._interrupted.set()
                self._more.notify_all()

    def lose_queue(self) -> None:
        with self._more:
            self.pending.clear()

    def kill(self) -> None:
        """As a process dies: whatever ran is gone, what is half written stays."""
        with self._more:
            self.alive = False
            self.pending.clear()
            self._interrupted.set()
            self._more.notify_all()

    def free(self) -> None:
        self._cache.clear()
        self._loaded.clear()

    def _work(self) -> None:
        while True:
            with self._more:
                while self.alive and not self.pending:
                    self._more.wait()
                if not self.alive:
                    return
                self.running = heapq.heappop(self.pending)
                self._interrupted.clear()
            self._run(*self.running[1:])

    def _run(self, prompt_id: str, graph: Graph, extra: dict[str, Any]) -> None:
        client, started = extra.get("client_id"), time.monotonic()
        messages: list[Any] = [["execution_start", _now(prompt_id)]]
        outputs: dict[str, Any] = {}
        status = "success"
        try:
            outputs = self._execute(prompt_id, graph, client)
            messages.append(["execution_success", _now(prompt_id)])
        except Stopped:
            status = "error"
            messages.append(["execution_interrupted", _now(prompt_id)])
        except _Broken as error:
            status = "error"
            messages.append(["execution_error", {**_now(prompt_id), **error.told}])
        with self._more:
            if not self.alive:
                return
            self.running = None
            self.last_at = time.monotonic()
            self.first_at = self.first_at or started
            self.busy_seconds += self.last_at - started
            self.ran.append(prompt_id)
            self.history[prompt_id] = {
                "prompt": [0, prompt_id, graph, extra, []],
                "outputs": outputs,
                "status": {
                    "status_str": status,
                    "completed": status == "success",
                    "messages": messages,
                },
            }
        self.emit(client, "executing", {"node": None, "prompt_id": prompt_id})

    def _execute(self, prompt_id: str, graph: Graph, client: str | None) -> dict[str, Any]:
        signature = canonical_json(graph)
        if signature in self._cache:
            return dict(self._cache[signature])
        if self.fail_with:
            kind, message = self.fail_with.pop(0)
            raise _Broken(next(iter(graph)), kind, message)
        weights = canonical_json(
            [n["inputs"] for n in graph.values() if "Loader" in n["class_type"]]
        )
        if weights not in self._loaded:
            self._pass(self.pace.load)
            self._loaded = {weights}
        states: dict[str, Any] = {}
        for node, given in graph.items():
            sampling = int(given["inputs"].get("steps", 0))
            steps = max(1, sampling)
            for step in range(steps + 1):
                if step:
                    self._pass(self.pace.step if sampling else self.pace.node)
                state = "finished" if step == steps else "running"
                states[node] = {"value": step, "max": steps, "state": state}
                self.emit(client, "progress_state", {"prompt_id": prompt_id, "nodes": {**states}})
        outputs = {
            node: self._save(given, graph)
            for node, given in graph.items()
            if given["class_type"] in _SAVERS
        }
        self._cache = {signature: outputs}
        return outputs

    def _save(self, given: dict[str, Any], graph: Graph) -> dict[str, Any]:
        kind = "temp" if given["class_type"] == "PreviewImage" else "output"
        prefix = Path(given["inputs"].get("filename_prefix", "ComfyUI_temp"))
        folder = self.folder / kind / prefix.parent
        folder.mkdir(parents=True, exist_ok=True)
        video = given["class_type"] == "SaveVideo"
        suffix = ".mp4" if video else ".png"
        count = len(list(folder.glob(f"{prefix.name}_*"))) + 1
        path = folder / f"{prefix.name}_{count:05}_{suffix}"
        if video:
            film(graph, self.folder / "input", path)
        else:
            self._save_picture(graph, path)
        sub = "" if str(prefix.parent) == "." else str(prefix.parent)
        entry = {"filename": path.name, "subfolder": sub, "type": kind}
        return {"images": [entry], "animated": [True]} if video else {"images": [entry]}

    def _save_picture(self, graph: Graph, path: Path) -> None:
        picture = draw(graph, self.folder / "input")
        if self.wrong_sizes:
            self.wrong_sizes -= 1
            picture = np.asarray(cv2.resize(picture, (320, 200)), np.uint8)
        words = PngInfo()
        words.add_text("prompt", json.dumps(graph))
        Image.fromarray(picture).save(path, pnginfo=words, compress_level=1)

    def _pass(self, seconds: float) -> None:
        if self._interrupted.wait(seconds):
            raise Stopped


class _Broken(Exception):
    def __init__(self, node: str, kind: str, message: str) -> None:
        self.told = {"node_id": node, "exception_type": kind, "exception_message": message}
        super().__init__(message)


def _now(prompt_id: str) -> dict[str, Any]:
    return {"prompt_id": prompt_id, "timestamp": int(time.time() * 1000)}

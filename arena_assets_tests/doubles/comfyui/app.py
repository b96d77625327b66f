"""The double's routes, as ComfyUI 0.3.75 answers them."""

from __future__ import annotations

import hashlib
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from arena_assets_tests.doubles.comfyui.nodes import errors_of, object_info

if TYPE_CHECKING:
    from arena_assets_tests.doubles.comfyui.double import ComfyDouble


def build_app(double: ComfyDouble) -> Starlette:
    server = _Routes(double)
    routes = [
        Route("/prompt", server.prompt, methods=["POST"]),
        Route("/history/{prompt_id}", server.history),
        Route("/history", server.forget, methods=["POST"]),
        Route("/queue", server.queue),
        Route("/queue", server.delete, methods=["POST"]),
        Route("/interrupt", server.interrupt, methods=["POST"]),
        Route("/free", server.free, methods=["POST"]),
        Route("/object_info", server.object_info),
        Route("/system_stats", server.system_stats),
        Route("/upload/image", server.upload, methods=["POST"]),
        Route("/view", server.view),
        Route("/double/faults", server.faults, methods=["POST"]),
        WebSocketRoute("/ws", server.socket),
    ]
    return Starlette(routes=routes)


class _Routes:
    def __init__(self, double: ComfyDouble) -> None:
        self._double = double
        self._gpu = double.gpu

    def _barred(self, request: Request) -> Response | None:
        wanted = self._double.token
        if wanted and request.headers.get("authorization") != wanted:
            return Response("Unauthorized", 401)
        return None

    async def prompt(self, request: Request) -> Response:
        if barred := self._barred(request):
            return barred
        body = await request.json()
        graph, prompt_id = body["prompt"], str(body["prompt_id"])
        if self._double.own_ids:
            prompt_id = str(uuid.uuid4())
        info = self._info()
        for given in graph.values():
            if given["class_type"] not in info:
                said = f"Cannot execute because node {given['class_type']} does not exist."
                return JSONResponse({"error": {"message": said}, "node_errors": {}}, 400)
        errors = errors_of(graph, info)
        if errors:
            failed = {"message": "Prompt outputs failed validation"}
            return JSONResponse({"error": failed, "node_errors": errors}, 400)
        extra = {**body.get("extra_data", {}), "client_id": body.get("client_id")}
        number = self._gpu.put(graph, prompt_id, extra, body.get("number"))
        partly = self._double.faults.take("node_errors")
        told = {"9": {"errors": [{"message": "Bad", "details": "half of it runs"}]}}
        answer = {"prompt_id": prompt_id, "number": number, "node_errors": told if partly else {}}
        return JSONResponse(answer)

    async def history(self, request: Request) -> Response:
        prompt_id = request.path_params["prompt_id"]
        record = self._gpu.history.get(prompt_id)
        return JSONResponse({prompt_id: record} if record else {})

    async def forget(self, request: Request) -> Response:
        for prompt_id in (await request.json()).get("delete", []):
            self._gpu.history.pop(prompt_id, None)
        return Response()

    async def queue(self, request: Request) -> Response:
        if barred := self._barred(request):
            return barred
        running, pending = self._gpu.queue()
        return JSONResponse(
            {
                "queue_running": [[*running, []]] if running else [],
                "queue_pending": [[*each, []] for each in pending],
            }
        )

    async def delete(self, request: Request) -> Response:
        for prompt_id in (await request.json()).get("delete", []):
            self._gpu.delete(prompt_id)
        return Response()

    async def interrupt(self, request: Request) -> Response:
        raw = await request.body()
        self._gpu.interrupt((await request.json()).get("prompt_id") if raw else None)
        return Response()

    async def free(self, request: Request) -> Response:
        self._gpu.free()
        return Response()

    async def object_info(self, request: Request) -> Response:
        return self._barred(request) or JSONResponse(self._info())

    async def system_stats(self, request: Request) -> Response:
        system = {"comfyui_version": self._double.version, "ram_free": 8 << 30}
        device = {"name": "double", "type": "cuda", "vram_total": 24 << 30, "vram_free": 20 << 30}
        return JSONResponse({"system": system, "devices": [device]})

    async def upload(self, request: Request) -> Response:
        name, content = _sent_file(await request.body(), request.headers["content-type"])
        folder = self._double.folder / "input"
        path, number = folder / name, 0
        while path.exists() and _sha(path.read_bytes()) != _sha(content):
            number += 1
            path = folder / f"{Path(name).stem} ({number}){Path(name).suffix}"
        path.write_bytes(content)
        return JSONResponse({"name": path.name, "subfolder": "", "type": "input"})

    async def view(self, request: Request) -> Response:
        query = request.query_params
        root = (self._double.folder / query.get("type", "output")).resolve()
        path = (root / query.get("subfolder", "") / Path(query["filename"]).name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return Response(status_code=404)
        return FileResponse(path)

    async def faults(self, request: Request) -> Response:
        body: dict[str, Any] = await request.json()
        self._double.faults.add(body["route"], body["kind"], int(body.get("times", 1)))
        return Response()

    async def socket(self, socket: WebSocket) -> None:
        await self._double.sockets.serve(socket)

    def _info(self) -> dict[str, Any]:
        return object_info(self._double.models, self._double.folder / "input")


def _sent_file(body: bytes, content_type: str) -> tuple[str, bytes]:
    """The one file of a multipart form."""
    boundary = b"--" + content_type.partition("boundary=")[2].encode()
    head, _, rest = body.split(boundary)[1].partition(b"\r\n\r\n")
    name = re.search(rb'filename="([^"]*)"', head)
    return Path(name.group(1).decode() if name else "image.png").name, rest[:-2]


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

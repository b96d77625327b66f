"""A ComfyUI server that draws without weights: its HTTP, its websocket, its one GPU queue.

It is made after ComfyUI 0.3.75; the contract tests run against both. In a process of its own:
``python -m arena_assets_tests.doubles.comfyui PORT FOLDER``.
"""

from arena_assets_tests.doubles.comfyui.double import ComfyDouble
from arena_assets_tests.doubles.comfyui.gpu import Pace

__all__ = ["ComfyDouble", "Pace"]

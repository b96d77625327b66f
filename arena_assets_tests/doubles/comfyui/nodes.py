"""The nodes the double knows, with those of their inputs that offer a choice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

MODELS: Mapping[str, tuple[str, ...]] = {
    "CheckpointLoaderSimple.ckpt_name": (
        "sd_xl_base_1.0.safetensors",
        "flux1-dev-fp8.safetensors",
    ),
    "ControlNetLoader.control_net_name": (
        "controlnet-depth-sdxl-1.0.safetensors",
        "FLUX.1-dev-ControlNet-Union-Pro-2.0.safetensors",
    ),
    "UNETLoader.unet_name": ("wan2.2_ti2v_5B_fp16.safetensors",),
    "CLIPLoader.clip_name": ("umt5_xxl_fp8_e4m3fn_scaled.safetensors",),
    "VAELoader.vae_name": ("wan2.2_vae.safetensors",),
}
_PLAIN = {
    "CheckpointLoaderSimple": "ckpt_name",
    "CLIPTextEncode": "text clip",
    "EmptyLatentImage": "width height batch_size",
    "EmptySD3LatentImage": "width height batch_size",
    "LatentUpscale": "samples upscale_method width height crop",
    "KSampler": "model seed steps cfg sampler_name scheduler positive negative latent_image "
    "denoise",
    "VAEDecode": "samples vae",
    "VAEEncode": "pixels vae",
    "FluxGuidance": "conditioning guidance",
    "ConditioningZeroOut": "conditioning",
    "ControlNetLoader": "control_net_name",
    "ControlNetApplyAdvanced": "positive negative control_net image strength start_percent "
    "end_percent",
    "UNETLoader": "unet_name weight_dtype",
    "CLIPLoader": "clip_name type",
    "VAELoader": "vae_name",
    "ModelSamplingSD3": "model shift",
    "Wan22ImageToVideoLatent": "vae width height length batch_size",
    "LoadImage": "image",
    "SaveImage": "images filename_prefix",
    "PreviewImage": "images",
    "CreateVideo": "images fps",
    "SaveVideo": "video filename_prefix format codec",
    "EmptyImage": "width height batch_size color",
    "ImageAddNoise": "image seed strength",
    "ImageScale": "image upscale_method width height crop",
    "ImageCrop": "image width height x y",
    "ImageBatch": "image1 image2",
    "ImageBlend": "image1 image2 blend_factor blend_mode",
    "ImageBlur": "image blur_radius sigma",
    "RepeatImageBatch": "image amount",
    "PrimitiveStringMultiline": "value",
}
_CHOICES = {
    "KSampler.sampler_name": ("euler", "dpmpp_2m", "uni_pc"),
    "KSampler.scheduler": ("simple", "karras", "normal"),
    "ImageScale.upscale_method": ("nearest-exact", "bilinear", "area", "bicubic", "lanczos"),
    "SaveVideo.format": ("auto", "mp4"),
    "SaveVideo.codec": ("auto", "h264"),
}
_WORDS = ("text", "filename_prefix", "value")


def object_info(models: Mapping[str, tuple[str, ...]], uploads: Path) -> dict[str, Any]:
    """/object_info: both spellings of choices occur, as in the real server."""
    offered = {**_CHOICES, **models, "LoadImage.image": tuple(_names(uploads))}
    info = {}
    for kind, inputs in _PLAIN.items():
        required: dict[str, Any] = {}
        for name in inputs.split():
            choices = offered.get(f"{kind}.{name}")
            if choices is None:
                required[name] = ["STRING" if name in _WORDS else "*", {}]
            elif kind == "SaveVideo":
                required[name] = ["COMBO", {"options": list(choices)}]
            else:
                required[name] = [list(choices), {}]
        info[kind] = {"input": {"required": required}, "name": kind}
    return info


def errors_of(graph: dict[str, Any], info: dict[str, Any]) -> dict[str, Any]:
    """What the server would say against a graph, by node."""
    found: dict[str, Any] = {}
    for node, given in graph.items():
        required = info[given["class_type"]]["input"]["required"]
        said = []
        for name, spec in required.items():
            value = given["inputs"].get(name)
            if value is None:
                said.append(_error("Required input is missing", name))
            elif isinstance(spec[0], list) and value not in spec[0] and "/" not in str(value):
                said.append(_error("Value not in list", f"{name}: '{value}'"))
            elif name in ("width", "height") and isinstance(value, int) and value < 1:
                said.append(_error("Value smaller than min", name))
        if said:
            found[node] = {"errors": said, "class_type": given["class_type"]}
    return found


def _error(message: str, details: str) -> dict[str, str]:
    return {"type": "value", "message": message, "details": details}


def _names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.is_file())

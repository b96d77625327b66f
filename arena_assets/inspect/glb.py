"""What of glTF 2.0 a model may say, with bounds on every count; the rest of its JSON is ignored.

After the glTF 2.0 specification (Khronos, 2021), narrowed to a single file: one buffer inside the
GLB and no address anywhere.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

COMPONENT_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
COMPONENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}

_Index = Annotated[int, Field(ge=0, lt=100_000)]
_Bytes = Annotated[int, Field(ge=0, lt=1 << 31)]
_MANY = 100_000
_FEW = 4_096


class _Part(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, alias_generator=to_camel, allow_inf_nan=False, extra="ignore"
    )


class Asset(_Part):
    version: Literal["2.0"]


class Buffer(_Part):
    byte_length: Annotated[int, Field(ge=1, lt=1 << 31)]
    uri: None = None


class BufferView(_Part):
    buffer: Literal[0]
    byte_offset: _Bytes = 0
    byte_length: Annotated[int, Field(ge=1, lt=1 << 31)]
    byte_stride: Annotated[int, Field(ge=4, le=252, multiple_of=4)] | None = None


class Accessor(_Part):
    """A typed run of elements in a buffer view; sparse ones and ones without a view are refused."""

    buffer_view: _Index
    byte_offset: _Bytes = 0
    component_type: Literal[5120, 5121, 5122, 5123, 5125, 5126]
    count: Annotated[int, Field(ge=1, le=50_000_000)]
    type: Literal["SCALAR", "VEC2", "VEC3", "VEC4", "MAT2", "MAT3", "MAT4"]
    sparse: None = None

    @property
    def element_bytes(self) -> int:
        return COMPONENT_BYTES[self.component_type] * COMPONENTS[self.type]


class Primitive(_Part):
    attributes: Annotated[dict[str, _Index], Field(min_length=1, max_length=16)]
    indices: _Index | None = None
    material: _Index | None = None
    mode: Literal[4] = 4


class Mesh(_Part):
    primitives: Annotated[list[Primitive], Field(min_length=1, max_length=_FEW)]


class Node(_Part):
    mesh: _Index | None = None
    children: Annotated[list[_Index], Field(max_length=_MANY)] = []


class Scene(_Part):
    nodes: Annotated[list[_Index], Field(max_length=_MANY)] = []


class Image(_Part):
    buffer_view: _Index
    mime_type: Literal["image/png", "image/jpeg", "image/webp"]
    uri: None = None


class Texture(_Part):
    source: _Index | None = None


class Material(_Part):
    name: Annotated[str, Field(max_length=200)] = ""


class Document(_Part):
    """The JSON of a GLB, as far as it is looked at."""

    asset: Asset
    buffers: Annotated[list[Buffer], Field(min_length=1, max_length=1)]
    buffer_views: Annotated[list[BufferView], Field(max_length=_MANY)] = []
    accessors: Annotated[list[Accessor], Field(max_length=_MANY)] = []
    meshes: Annotated[list[Mesh], Field(max_length=_MANY)] = []
    nodes: Annotated[list[Node], Field(max_length=_MANY)] = []
    scenes: Annotated[list[Scene], Field(min_length=1, max_length=16)]
    images: Annotated[list[Image], Field(max_length=_FEW)] = []
    textures: Annotated[list[Texture], Field(max_length=_FEW)] = []
    materials: Annotated[list[Material], Field(max_length=_FEW)] = []
    extensions_required: Annotated[list[str], Field(max_length=64)] = []

"""From BT.709 to BT.601 colours: Theora and its players know no other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from arena_assets.video.canvas import Canvas
from arena_assets.video.compiled import compiled
from arena_assets.video.profile import Profile

ByteArray = npt.NDArray[np.uint8]


def _mixing() -> npt.NDArray[np.float32]:
    """Rows Y, Cb, Cr of BT.601 as sums of those of BT.709, in steps of 8-bit limited range."""
    matrices = []
    for red, blue in ((0.2126, 0.0722), (0.299, 0.114)):
        luma = np.array([red, 1 - red - blue, blue])
        rows = [
            luma,
            (np.array([0, 0, 1]) - luma) / (2 - 2 * blue),
            (np.array([1, 0, 0]) - luma) / (2 - 2 * red),
        ]
        matrices.append(np.diag([219.0, 224.0, 224.0]) @ np.array(rows))
    return np.asarray(matrices[1] @ np.linalg.inv(matrices[0]), np.float32)


class Bt601Frame:
    """A frame in BT.601 as Theora takes it: 4:2:0 with chroma in the middle of four luma samples.

    ``buffer`` holds the planes one after another, without padding.
    """

    def __init__(self, profile: Profile) -> None:
        width, height = profile.width, profile.height
        self.buffer = np.empty(width * height * 3 // 2, np.uint8)
        luma, blue, red = np.split(self.buffer, [width * height, width * height * 5 // 4])
        self._luma = luma.reshape(height, width)
        self._blue = blue.reshape(height // 2, width // 2)
        self._red = red.reshape(height // 2, width // 2)
        self._lift = np.empty(width // 2 + 1, np.float32)

    def take(self, canvas: Canvas) -> None:
        """Convert a canvas, whose chroma is left-sited."""
        _convert(*canvas.planes, _MIXING, self._lift, self._luma, self._blue, self._red)


@compiled
def _convert(luma, blue, red, mixing, lift, to_luma, to_blue, to_red):  # type: ignore[no-untyped-def]
    rows, columns = blue.shape
    y_blue, y_red = mixing[0, 1], mixing[0, 2]
    half, quarter, middle = np.float32(0.5), np.float32(0.25), np.float32(128)
    none, most = np.float32(0), np.float32(255)
    for row in range(rows):
        for column in range(columns):
            lift[column] = (
                y_blue * (np.float32(blue[row, column]) - middle)
                + y_red * (np.float32(red[row, column]) - middle)
                + half
            )
        lift[columns] = lift[columns - 1]
        for line in range(2 * row, 2 * row + 2):
            source, target = luma[line], to_luma[line]
            for column in range(columns):
                # Left-sited: chroma sample i lies at luma 2i, and between two at luma 2i + 1.
                even = np.float32(source[2 * column]) + lift[column]
                between = half * (lift[column] + lift[column + 1])
                odd = np.float32(source[2 * column + 1]) + between
                target[2 * column] = np.uint8(min(max(even, none), most))
                target[2 * column + 1] = np.uint8(min(max(odd, none), most))
        for target, into in ((to_blue, 1), (to_red, 2)):
            own, other = mixing[into, 1], mixing[into, 2]
            for column in range(columns - 1):
                after = column + 1
                b, r = np.float32(blue[row, column]), np.float32(red[row, column])
                b += quarter * (np.float32(blue[row, after]) - b)
                r += quarter * (np.float32(red[row, after]) - r)
                value = own * (b - middle) + other * (r - middle) + middle + half
                target[row, column] = np.uint8(min(max(value, none), most))
            target[row, columns - 1] = target[row, columns - 2]


_MIXING = _mixing()

"""Where the rays of a moved camera meet a picture's relief: the loops over nodes and pixels.

A view is given as in :mod:`surface`: matrix ``m`` (2, 3) from output pixels to pixels of the fitted
picture at the pivot, and six numbers ``move``: side x, side y (pixels), push, middle x, middle y,
pivot. A ray passes the plane of nearness w at ``base + w·slope − side·pivot``. Fields of nearness
have one sample per two pixels. Nodes lie at every fourth pixel from pixel 0 on, one beyond the rim.
"""

from __future__ import annotations

import numpy as np

from arena_assets.video.compiled import compiled, inlined

CELL = 4
"""Output pixels from node to node."""
FIELD = 2
"""Output pixels per sample of the fields of nearness."""
TILE = 16
"""Pixels of the picture per tile within whose surroundings the nearness has known bounds."""
TORN, WHOLE = 0.3, 0.6
"""Share of its area that a patch keeps: below the first it is nothing but a stretched rim."""
_EVEN, _CALM = 0.01, 0.15
"""Spread of nearness over neighbouring nodes, and around a node, up to which it is their mean."""
_FINE_STEPS = 4
_ROUNDS = 4


@inlined
def _bilinear(field, x, y):  # type: ignore[no-untyped-def]
    """A field at one place in its own samples; what lies outside continues the rim."""
    rows, columns = field.shape
    x = min(max(x, 0.0), columns - 1.001)
    y = min(max(y, 0.0), rows - 1.001)
    # Unsigned, or each look-up would first ask whether its index counts from the end.
    left, top, one = np.uintp(x), np.uintp(y), np.uintp(1)
    right = x - float(left)
    # Through float, as the difference of two bytes would wrap.
    above, below = float(field[top, left]), float(field[top + one, left])
    above += right * (float(field[top, left + one]) - above)
    below += right * (float(field[top + one, left + one]) - below)
    return above + (y - float(top)) * (below - above)


@inlined
def _ray(m, move, column, row):  # type: ignore[no-untyped-def]
    """Start (nearness 0) and slope of a pixel's ray, in pixels of the picture."""
    base_x = m[0, 0] * column + m[0, 1] * row + m[0, 2]
    base_y = m[1, 0] * column + m[1, 1] * row + m[1, 2]
    slope_x = move[0] - move[2] * (base_x - move[3])
    slope_y = move[1] - move[2] * (base_y - move[4])
    return base_x - move[0] * move[5], base_y - move[1] * move[5], slope_x, slope_y


@inlined
def _first_hit(field, x, y, slope_x, slope_y, low, high, step):  # type: ignore[no-untyped-def]
    """Nearness at which a ray coming from ``high`` down to ``low`` first meets the relief."""
    x, y = (x + 0.5) / FIELD - 0.5, (y + 0.5) / FIELD - 0.5
    slope_x, slope_y = slope_x / FIELD, slope_y / FIELD
    level = high
    before = _bilinear(field, x + level * slope_x, y + level * slope_y) - level
    found = low
    while level > low:
        following = level - step
        above = _bilinear(field, x + following * slope_x, y + following * slope_y) - following
        if above >= 0:
            found = following + step * (above / max(above - min(before, 0.0), 1e-9))
            break
        level, before = following, above
    return found


@inlined
def _bounds(lowest, highest, m, move, row, column):  # type: ignore[no-untyped-def]
    """The least and the greatest nearness that a node's ray can meet."""
    x, y, slope_x, slope_y = _ray(m, move, CELL * column, CELL * row)
    at_x = min(max(int((x + move[5] * slope_x) / TILE), 0), lowest.shape[1] - 1)
    at_y = min(max(int((y + move[5] * slope_y) / TILE), 0), lowest.shape[0] - 1)
    return lowest[at_y, at_x], highest[at_y, at_x]


@inlined
def _meet_one(  # type: ignore[no-untyped-def]
    field, lowest, highest, m, move, step, row, column
):
    low, high = _bounds(lowest, highest, m, move, row, column)
    x, y, slope_x, slope_y = _ray(m, move, CELL * column, CELL * row)
    top = low + step * (int((high - low) / step) + 1)
    return _first_hit(field, x, y, slope_x, slope_y, low, top, step)


@compiled
def meet(field, lowest, highest, m, move, step, met):  # type: ignore[no-untyped-def]
    """The nearness of what each node's ray meets first, into ``met`` (rows, columns of nodes).

    ``lowest`` and ``highest`` bound the field around each of its tiles as far as this view shifts
    anything, so that a ray is followed only where it can meet something. Every second node of every
    second row is looked at; what lies between is where their answers or its surroundings differ.
    """
    rows, columns = met.shape
    for row in range(0, rows, 2):
        for column in range(0, columns, 2):
            met[row, column] = _meet_one(field, lowest, highest, m, move, step, row, column)
    for row in range(rows):
        up, down = row - row % 2, min(row + row % 2, (rows - 1) // 2 * 2)
        for column in range(1 - row % 2, columns, 2 - row % 2):
            left, right = column - column % 2, min(column + column % 2, (columns - 1) // 2 * 2)
            a, b, c, d = met[up, left], met[up, right], met[down, left], met[down, right]
            least, most = min(min(a, b), min(c, d)), max(max(a, b), max(c, d))
            around = _bounds(lowest, highest, m, move, row, column)
            if most - least < _EVEN and around[1] - around[0] < _CALM:
                met[row, column] = 0.25 * (a + b + c + d)
            else:
                met[row, column] = _meet_one(field, lowest, highest, m, move, step, row, column)


@compiled
def shifts(m, move, zoom, met, shift_x, shift_y):  # type: ignore[no-untyped-def]
    """Where each node looks in the picture, less where a plain zoom would look."""
    for row in range(met.shape[0]):
        for column in range(met.shape[1]):
            at_x, at_y = CELL * column, CELL * row
            x, y, slope_x, slope_y = _ray(m, move, at_x, at_y)
            shift_x[row, column] = x + slope_x * met[row, column] - at_x / zoom
            shift_y[row, column] = y + slope_y * met[row, column] - at_y / zoom


@compiled
def tears(shift_x, shift_y, zoom, torn):  # type: ignore[no-untyped-def]
    """How far each node's surroundings are torn, 0–1: by the area that they keep."""
    rows, columns = torn.shape
    unit = 2 * CELL / zoom
    for row in range(rows):
        up, down = max(row - 1, 0), min(row + 1, rows - 1)
        for column in range(columns):
            left, right = max(column - 1, 0), min(column + 1, columns - 1)
            wide, tall = 2.0 / (right - left), 2.0 / (down - up)
            across_x = (shift_x[row, right] - shift_x[row, left]) * wide + unit
            across_y = (shift_y[row, right] - shift_y[row, left]) * wide
            down_x = (shift_x[down, column] - shift_x[up, column]) * tall
            down_y = (shift_y[down, column] - shift_y[up, column]) * tall + unit
            kept = (across_x * down_y - across_y * down_x) / (unit * unit)
            torn[row, column] = min(max((WHOLE - kept) / (WHOLE - TORN), 0.0), 1.0)


@compiled
def spread(shift_x, shift_y, zoom, factor, maps, chroma_maps):  # type: ignore[no-untyped-def]
    """Maps for every pixel, from the nodes: ``maps`` (2, h, w) and ``chroma_maps`` (2, h/2, w/2).

    Only the shift against a plain zoom is interpolated; the zoom is exact, so motion is smooth. In
    left-sited 4:2:0, chroma sample (i, j) lies at luma (2i, 2j + ½).
    """
    height, width = maps.shape[1:]
    for axis in range(2):
        shift = shift_x if axis == 0 else shift_y
        for row in range(height):
            node_row, part = row // CELL, (row % CELL) / CELL
            upper, lower = shift[node_row], shift[node_row + 1]
            out = maps[axis, row]
            start = factor * (row / zoom if axis else 0.0) + (factor / 2 - 0.5)
            slope = 0.0 if axis else factor / zoom
            for cell in range(width // CELL):
                left = factor * (upper[cell] + part * (lower[cell] - upper[cell])) + start
                right = factor * (upper[cell + 1] + part * (lower[cell + 1] - upper[cell + 1]))
                step = (right + start - left) / CELL + slope
                at = left + slope * (CELL * cell)
                for inner in range(CELL):
                    out[CELL * cell + inner] = at + step * inner
            for column in range(width - width % CELL, width):
                cell, along = column // CELL, (column % CELL) / CELL
                left = upper[cell] + part * (lower[cell] - upper[cell])
                right = upper[cell + 1] + part * (lower[cell + 1] - upper[cell + 1])
                out[column] = factor * (left + along * (right - left)) + start + slope * column
            if row % 2 == 0:
                unscaled = chroma_maps[axis, row // 2]
                lowered = (0.5 / zoom if axis else 0.0) - (0.5 - 0.5 / factor)
                for column in range(width // 2):
                    unscaled[column] = out[2 * column] / factor + lowered


@compiled
def trace_outlines(  # type: ignore[no-untyped-def]
    field,
    m,
    move,
    zoom,
    factor,
    far,
    near,
    spread_limit,
    torn,
    around,
    maps,
    chroma_maps,
    opacity,
    flags,
):
    """Put maps and tears right, pixel by pixel, where near and far meet.

    ``far``, ``near`` and ``around`` are the least and the greatest nearness and the worst tear of
    each node and its neighbours; outlines are where the former differ by more than
    ``spread_limit``. ``opacity`` (h, w) bytes becomes how far each pixel is torn; ``flags`` one
    byte per node whether anything near it is. Both must be zero before.
    """
    height, width = opacity.shape
    for node_row in range(far.shape[0]):
        for node_column in range(far.shape[1]):
            least, most = far[node_row, node_column], near[node_row, node_column]
            worst = around[node_row, node_column]
            outline = most - least > spread_limit
            if not outline and worst <= 0:
                continue
            margin = 0.1 * (most - least)
            low, high = max(least - margin, 0.0), min(most + margin, 1.0)
            step = (high - low) / _FINE_STEPS
            for row in _rows_of(node_row, height):
                for column in _rows_of(node_column, width):
                    if not outline:
                        tear = _bilinear(torn, column / CELL, row / CELL)
                        opacity[row, column] = int(255 * tear)
                        flags[node_row, node_column] |= opacity[row, column] > 0
                        continue
                    x, y, slope_x, slope_y = _ray(m, move, column, row)
                    found = _first_hit(field, x, y, slope_x, slope_y, low, high + step, step)
                    x, y = x + slope_x * found, y + slope_y * found
                    maps[0, row, column] = factor * x + (factor / 2 - 0.5)
                    maps[1, row, column] = factor * y + (factor / 2 - 0.5)
                    if row % 2 == 0 and column % 2 == 0:
                        chroma_maps[0, row // 2, column // 2] = x
                        chroma_maps[1, row // 2, column // 2] = y + 0.5 / zoom
                    # From near to far there is nothing but the stretched rim of the near thing.
                    between = min(found - least, most - found) / (most - least)
                    slope = min(max((between - 0.04) / 0.08, 0.0), 1.0)
                    opacity[row, column] = int(255 * worst * slope)
                    flags[node_row, node_column] |= opacity[row, column] > 0


@inlined
def _rows_of(node, size):  # type: ignore[no-untyped-def]
    """The rows, or columns, nearer to a node than to any other."""
    return range(max(CELL * node - CELL // 2, 0), min(CELL * node + CELL // 2, size))


@compiled
def patch(  # type: ignore[no-untyped-def]
    behind, back_luma, back_blue, back_red, m, move, flags, opacity, luma, blue, red
):
    """Lay the backdrop over a drawn frame where it is torn.

    Its nearness ``behind`` is smooth, so each node's ray is met with it by iteration, and once.
    """
    height, width = opacity.shape
    for node_row in range(flags.shape[0]):
        for node_column in range(flags.shape[1]):
            if not flags[node_row, node_column]:
                continue
            x, y, slope_x, slope_y = _ray(m, move, CELL * node_column, CELL * node_row)
            nearness = move[5]
            for _ in range(_ROUNDS):
                at_x = (x + slope_x * nearness + 0.5) / FIELD - 0.5
                at_y = (y + slope_y * nearness + 0.5) / FIELD - 0.5
                nearness = _bilinear(behind, at_x, at_y)
            for row in _rows_of(node_row, height):
                for column in _rows_of(node_column, width):
                    weight = 4.0 * opacity[row, column]
                    for side in (-1, 1):
                        weight += 2.0 * opacity[min(max(row + side, 0), height - 1), column]
                        weight += 2.0 * opacity[row, min(max(column + side, 0), width - 1)]
                    weight /= 12 * 255
                    if weight <= 0:
                        continue
                    x, y, slope_x, slope_y = _ray(m, move, column, row)
                    x = (x + slope_x * nearness + 0.5) / FIELD - 0.5
                    y = (y + slope_y * nearness + 0.5) / FIELD - 0.5
                    _mix(luma, row, column, _bilinear(back_luma, x, y), weight)
                    if row % 2 == 0 and column % 2 == 0:
                        _mix(blue, row // 2, column // 2, _bilinear(back_blue, x, y), weight)
                        _mix(red, row // 2, column // 2, _bilinear(back_red, x, y), weight)


@inlined
def _mix(plane, row, column, value, weight):  # type: ignore[no-untyped-def]
    before = float(plane[row, column])
    plane[row, column] = int(before + (value - before) * weight + 0.5)

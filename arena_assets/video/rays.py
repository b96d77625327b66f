"""Where the rays of a moved camera meet a picture's relief: the loops over nodes and pixels.

A view is given as in :mod:`surface`: matrix ``m`` (2, 3) from output pixels to pixels of the fitted
picture at the pivot, and six numbers ``move``: side x, side y (pixels), push, middle x, middle y,
pivot. A ray passes the plane of nearness w at ``base + w·slope − side·pivot``. Fields of nearness
have one sample per two pixels. Nodes lie at every fourth pixel from pixel 0 on, one beyond the rim.
Rays are followed in single precision, 1/4000 of a pixel: a plain ``0.5`` would turn what it touches
into double, which took a fifth longer. Only zooms of whole frames are calculated in double.
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
_NONE, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_TINY = np.float32(1e-9)
_BEYOND = np.float32(1.001)
_PER_FIELD, _PER_CELL = np.float32(1 / FIELD), np.float32(1 / CELL)
_PIXELS = np.float32(FIELD)
_PER_TILE = np.float32(1 / TILE)
_QUARTER = np.float32(0.25)
_EVEN, _CALM = np.float32(0.01), np.float32(0.15)
"""Spread of nearness over neighbouring nodes, and around a node, up to which it is their mean."""
_FINE_STEPS = 4
_PER_FINE_STEP = np.float32(1 / _FINE_STEPS)
_TENTH = np.float32(0.1)
_SLIGHT, _STEEP = np.float32(0.04), np.float32(1 / 0.08)
"""Share of the way from far to near up to which nothing is torn, and how fast it is from there."""
_FULL, _PER_WEIGHT = np.float32(255), np.float32(1 / (12 * 255))
_ONE_PIECE = np.float32(0.03)
"""Spread of nearness over the corners of a node's pixels up to which they all show one thing."""
_ROUNDS = 4


@inlined
def _bilinear(field, x, y):  # type: ignore[no-untyped-def]
    """A field at one place in its own samples; what lies outside continues the rim."""
    rows, columns = field.shape
    x = min(max(x, _NONE), np.float32(columns) - _BEYOND)
    y = min(max(y, _NONE), np.float32(rows) - _BEYOND)
    # Unsigned, or each look-up would first ask whether its index counts from the end.
    left, top, one = np.uintp(np.intp(x)), np.uintp(np.intp(y)), np.uintp(1)
    right = x - np.float32(np.intp(x))
    # Through float, as the difference of two bytes would wrap.
    above, below = np.float32(field[top, left]), np.float32(field[top + one, left])
    above += right * (np.float32(field[top, left + one]) - above)
    below += right * (np.float32(field[top + one, left + one]) - below)
    return above + (y - np.float32(np.intp(y))) * (below - above)


@inlined
def _ray(m, move, column, row):  # type: ignore[no-untyped-def]
    """Start (nearness 0) and slope of a pixel's ray, in pixels of the picture."""
    column, row = np.float32(column), np.float32(row)
    base_x = m[0, 0] * column + m[0, 1] * row + m[0, 2]
    base_y = m[1, 0] * column + m[1, 1] * row + m[1, 2]
    slope_x = move[0] - move[2] * (base_x - move[3])
    slope_y = move[1] - move[2] * (base_y - move[4])
    return base_x - move[0] * move[5], base_y - move[1] * move[5], slope_x, slope_y


@inlined
def _first_hit(field, x, y, slope_x, slope_y, low, high, step):  # type: ignore[no-untyped-def]
    """Nearness at which a ray coming from ``high`` down to ``low`` first meets the relief."""
    x, y = (x + _HALF) * _PER_FIELD - _HALF, (y + _HALF) * _PER_FIELD - _HALF
    slope_x, slope_y = slope_x * _PER_FIELD, slope_y * _PER_FIELD
    level = high
    found = low
    before = _ONE
    while level > low:
        following = level - step
        above = _bilinear(field, x + following * slope_x, y + following * slope_y) - following
        if above >= _NONE:
            if before > _NONE:
                before = _bilinear(field, x + level * slope_x, y + level * slope_y) - level
            found = following + step * (above / max(above - min(before, _NONE), _TINY))
            break
        level, before = following, above
    return found


@inlined
def _bounds(lowest, highest, m, move, row, column):  # type: ignore[no-untyped-def]
    """The least and the greatest nearness that a node's ray can meet."""
    x, y, slope_x, slope_y = _ray(m, move, CELL * column, CELL * row)
    at_x = min(max(int((x + move[5] * slope_x) * _PER_TILE), 0), lowest.shape[1] - 1)
    at_y = min(max(int((y + move[5] * slope_y) * _PER_TILE), 0), lowest.shape[0] - 1)
    return lowest[at_y, at_x], highest[at_y, at_x]


@inlined
def _meet_one(  # type: ignore[no-untyped-def]
    field, tile_low, tile_high, lowest, highest, m, move, step, row, column
):
    low, high = _bounds(lowest, highest, m, move, row, column)
    x, y, slope_x, slope_y = _ray(m, move, CELL * column, CELL * row)
    if high - low > step:
        # Only what lies under this piece of the ray counts, and a sample around it.
        from_x, to_x = x + low * slope_x, x + high * slope_x
        from_y, to_y = y + low * slope_y, y + high * slope_y
        rows, columns = tile_low.shape
        left = min(max(int((min(from_x, to_x) - _PIXELS) * _PER_TILE), 0), columns - 1)
        right = min(max(int((max(from_x, to_x) + _PIXELS) * _PER_TILE), 0), columns - 1)
        top = min(max(int((min(from_y, to_y) - _PIXELS) * _PER_TILE), 0), rows - 1)
        bottom = min(max(int((max(from_y, to_y) + _PIXELS) * _PER_TILE), 0), rows - 1)
        low, high = _ONE, _NONE
        for tile_row in range(top, bottom + 1):
            for tile_column in range(left, right + 1):
                low = min(low, tile_low[tile_row, tile_column])
                high = max(high, tile_high[tile_row, tile_column])
    start = low + step * np.float32(int((high - low) / step) + 1)
    return _first_hit(field, x, y, slope_x, slope_y, low, start, step)


@compiled
def meet(  # type: ignore[no-untyped-def]
    field, tile_low, tile_high, lowest, highest, m, move, step, met
):
    """The nearness of what each node's ray meets first, into ``met`` (rows, columns of nodes).

    ``tile_low`` and ``tile_high`` bound the field in each of its tiles, ``lowest`` and ``highest``
    around it as far as this view shifts anything, so that a ray is followed only where it can meet
    something. Every second node of every second row is looked at; what lies between is where their
    answers or its surroundings differ.
    """
    rows, columns = met.shape
    for row in range(0, rows, 2):
        for column in range(0, columns, 2):
            met[row, column] = _meet_one(
                field, tile_low, tile_high, lowest, highest, m, move, step, row, column
            )
    for row in range(rows):
        up, down = row - row % 2, min(row + row % 2, (rows - 1) // 2 * 2)
        for column in range(1 - row % 2, columns, 2 - row % 2):
            left, right = column - column % 2, min(column + column % 2, (columns - 1) // 2 * 2)
            a, b, c, d = met[up, left], met[up, right], met[down, left], met[down, right]
            least, most = min(min(a, b), min(c, d)), max(max(a, b), max(c, d))
            around = _bounds(lowest, highest, m, move, row, column)
            if most - least < _EVEN and around[1] - around[0] < _CALM:
                met[row, column] = _QUARTER * (a + b + c + d)
            else:
                met[row, column] = _meet_one(
                    field, tile_low, tile_high, lowest, highest, m, move, step, row, column
                )


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
def spread(  # type: ignore[no-untyped-def]
    shift_x, shift_y, zoom, factor, first, stop, maps, chroma_maps
):
    """Maps for every pixel of the rows ``first`` (even) to ``stop``, from the nodes.

    ``maps`` (2, rows, w) and ``chroma_maps`` (2, rows/2, w/2) begin with the first of these rows.
    Only the shift against a plain zoom is interpolated; the zoom is exact, so motion is smooth. In
    left-sited 4:2:0, chroma sample (i, j) lies at luma (2i, 2j + ½).
    """
    width = maps.shape[2]
    for axis in range(2):
        shift = shift_x if axis == 0 else shift_y
        for row in range(first, stop):
            node_row, part = row // CELL, (row % CELL) / CELL
            upper, lower = shift[node_row], shift[node_row + 1]
            out = maps[axis, row - first]
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
                unscaled = chroma_maps[axis, (row - first) // 2]
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
    first_node,
    stop_node,
    first,
    maps,
    chroma_maps,
    opacity,
    flags,
):
    """Put maps and tears right, pixel by pixel, where near and far meet.

    ``far``, ``near`` and ``around`` are the least and the greatest nearness and the worst tear of
    each node and its neighbours; outlines are where the former differ by more than
    ``spread_limit``. Only rows of nodes from ``first_node`` to ``stop_node`` are looked at; the
    maps begin with the row of pixels ``first``. ``opacity`` (h, w) bytes becomes how far each pixel
    is torn; ``flags`` one byte per node whether anything near it is. Both must be zero before.
    """
    height, width = opacity.shape
    middle, lowered = factor * _HALF - _HALF, _HALF / zoom
    for node_row in range(first_node, stop_node):
        top, bottom = _piece_of(node_row, height)
        for node_column in range(far.shape[1]):
            least, most = far[node_row, node_column], near[node_row, node_column]
            worst = around[node_row, node_column]
            outline = most - least > spread_limit
            if not outline and worst <= 0:
                continue
            left, right = _piece_of(node_column, width)
            torn_here = False
            if not outline:
                for row in range(top, bottom):
                    for column in range(left, right):
                        at_x, at_y = np.float32(column) * _PER_CELL, np.float32(row) * _PER_CELL
                        tear = int(_FULL * _bilinear(torn, at_x, at_y))
                        opacity[row, column] = tear
                        torn_here |= tear > 0
                flags[node_row, node_column] = torn_here
                continue
            margin = _TENTH * (most - least)
            low, high = max(least - margin, _NONE), min(most + margin, _ONE)
            step = (high - low) * _PER_FINE_STEP
            top_left = _fine_hit(field, m, move, left, top, low, high, step)
            top_right = _fine_hit(field, m, move, right - 1, top, low, high, step)
            low_left = _fine_hit(field, m, move, left, bottom - 1, low, high, step)
            low_right = _fine_hit(field, m, move, right - 1, bottom - 1, low, high, step)
            whole = (
                max(max(top_left, top_right), max(low_left, low_right))
                - min(min(top_left, top_right), min(low_left, low_right))
            ) < _ONE_PIECE
            down = _ONE / np.float32(max(bottom - 1 - top, 1))
            across = _ONE / np.float32(max(right - 1 - left, 1))
            between_scale = _ONE / (most - least)
            for row in range(top, bottom):
                part = np.float32(row - top) * down
                found_left = top_left + part * (low_left - top_left)
                found_right = top_right + part * (low_right - top_right)
                if not whole and top < row < bottom - 1:
                    found_left = _fine_hit(field, m, move, left, row, low, high, step)
                    found_right = _fine_hit(field, m, move, right - 1, row, low, high, step)
                # Nothing is as narrow as what lies between the two ends of a row.
                even = abs(found_right - found_left) < _ONE_PIECE
                for column in range(left, right):
                    if even or column == left or column == right - 1:
                        along = np.float32(column - left) * across
                        found = found_left + along * (found_right - found_left)
                    else:
                        found = _fine_hit(field, m, move, column, row, low, high, step)
                    x, y, slope_x, slope_y = _ray(m, move, column, row)
                    x, y = x + slope_x * found, y + slope_y * found
                    maps[0, row - first, column] = factor * x + middle
                    maps[1, row - first, column] = factor * y + middle
                    if row % 2 == 0 and column % 2 == 0:
                        chroma_maps[0, (row - first) // 2, column // 2] = x
                        chroma_maps[1, (row - first) // 2, column // 2] = y + lowered
                    if worst <= 0:
                        continue
                    # From near to far there is nothing but the stretched rim of the near thing.
                    between = min(found - least, most - found) * between_scale
                    slope = min(max((between - _SLIGHT) * _STEEP, _NONE), _ONE)
                    tear = int(_FULL * worst * slope)
                    opacity[row, column] = tear
                    torn_here |= tear > 0
            flags[node_row, node_column] = torn_here


@inlined
def _fine_hit(field, m, move, column, row, low, high, step):  # type: ignore[no-untyped-def]
    x, y, slope_x, slope_y = _ray(m, move, column, row)
    return _first_hit(field, x, y, slope_x, slope_y, low, high, step)


@inlined
def _piece_of(node, size):  # type: ignore[no-untyped-def]
    """The first of the rows, or columns, nearer to a node than to any other, and the one after."""
    return max(CELL * node - CELL // 2, 0), min(CELL * node + CELL // 2, size)


@compiled
def patch(  # type: ignore[no-untyped-def]
    behind, back_luma, back_blue, back_red, m, move, flags, opacity, luma, blue, red
):
    """Lay the backdrop over a drawn frame where it is torn.

    Its nearness ``behind`` is smooth, so each node's ray is met with it by iteration, and once.
    """
    height, width = opacity.shape
    for node_row in range(flags.shape[0]):
        top, bottom = _piece_of(node_row, height)
        for node_column in range(flags.shape[1]):
            if not flags[node_row, node_column]:
                continue
            left, right = _piece_of(node_column, width)
            nearness = -_ONE
            for row in range(top, bottom):
                middle = opacity[row]
                above, below = opacity[max(row - 1, 0)], opacity[min(row + 1, height - 1)]
                for column in range(left, right):
                    before, after = max(column - 1, 0), min(column + 1, width - 1)
                    sides = int(above[column]) + int(below[column])
                    sides += int(middle[before]) + int(middle[after])
                    weight = 4 * int(middle[column]) + 2 * sides
                    if weight == 0:
                        continue
                    if nearness < _NONE:
                        nearness = _nearness_behind(behind, m, move, node_column, node_row)
                    share = np.float32(weight) * _PER_WEIGHT
                    x, y, slope_x, slope_y = _ray(m, move, column, row)
                    x = (x + slope_x * nearness + _HALF) * _PER_FIELD - _HALF
                    y = (y + slope_y * nearness + _HALF) * _PER_FIELD - _HALF
                    _mix(luma, row, column, _bilinear(back_luma, x, y), share)
                    if row % 2 == 0 and column % 2 == 0:
                        _mix(blue, row // 2, column // 2, _bilinear(back_blue, x, y), share)
                        _mix(red, row // 2, column // 2, _bilinear(back_red, x, y), share)


@inlined
def _nearness_behind(behind, m, move, node_column, node_row):  # type: ignore[no-untyped-def]
    x, y, slope_x, slope_y = _ray(m, move, CELL * node_column, CELL * node_row)
    nearness = move[5]
    for _ in range(_ROUNDS):
        at_x = (x + slope_x * nearness + _HALF) * _PER_FIELD - _HALF
        at_y = (y + slope_y * nearness + _HALF) * _PER_FIELD - _HALF
        nearness = _bilinear(behind, at_x, at_y)
    return nearness


@inlined
def _mix(plane, row, column, value, weight):  # type: ignore[no-untyped-def]
    before = np.float32(plane[row, column])
    plane[row, column] = int(before + (value - before) * weight + _HALF)

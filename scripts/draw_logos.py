"""Draws the kernel's logo: a guess on a slope, the curve, and the solution at its lowest point.

Usage: draw_logos.py FOLDER (writes logo-32x32.png, logo-64x64.png and logo-svg.svg)
"""

from __future__ import annotations

import math
import struct
import sys
import zlib
from pathlib import Path

Color = tuple[float, float, float]

# All lengths in a square of side 64; colours as in the SVG.
CORNER = 13.0
TOP: Color = (0x5B, 0x4B, 0xD6)
BOTTOM: Color = (0x27, 0x24, 0x6B)
CURVE: Color = (0xFF, 0xFF, 0xFF)
GUESS: Color = (0xB9, 0xB4, 0xFF)
SOLUTION: Color = (0xFF, 0x8A, 0x3D)
STROKE = 4.6
LOWEST = (35.0, 45.0)
STEEPNESS = 0.062
SPAN = (12.0, 58.0)
GUESS_AT = 17.5
GUESS_RADIUS = 5.2
SOLUTION_RADIUS = 7.2


def height(x: float) -> float:
    return LOWEST[1] - STEEPNESS * (x - LOWEST[0]) ** 2


def drawn_span() -> tuple[float, float]:
    """Where the curve stays inside the square, with a margin."""
    reach = math.sqrt((LOWEST[1] - 11.0) / STEEPNESS)
    return max(SPAN[0], LOWEST[0] - reach), min(SPAN[1], LOWEST[0] + reach)


def curve_distance(x: float, y: float) -> float:
    left, right = drawn_span()
    steps = 160
    points = (left + (right - left) * step / steps for step in range(steps + 1))
    return min(math.hypot(x - at, y - height(at)) for at in points)


def square_distance(x: float, y: float) -> float:
    dx = max(abs(x - 32.0) - (32.0 - CORNER), 0.0)
    dy = max(abs(y - 32.0) - (32.0 - CORNER), 0.0)
    return math.hypot(dx, dy) - CORNER


def blend(under: Color, over: Color, cover: float) -> Color:
    red, green, blue = (u + (o - u) * cover for u, o in zip(under, over))
    return red, green, blue


def pixel(x: float, y: float, width: float) -> tuple[int, int, int, int]:
    """The colour at a point; edges are smoothed over one pixel of the given width."""

    def cover(distance: float) -> float:
        return min(max(0.5 - distance / width, 0.0), 1.0)

    color = blend(TOP, BOTTOM, y / 64.0)
    color = blend(color, CURVE, cover(curve_distance(x, y) - STROKE / 2))
    guess = math.hypot(x - GUESS_AT, y - height(GUESS_AT))
    color = blend(color, GUESS, cover(guess - GUESS_RADIUS))
    solution = math.hypot(x - LOWEST[0], y - LOWEST[1])
    color = blend(color, SOLUTION, cover(solution - SOLUTION_RADIUS))
    alpha = cover(square_distance(x, y))
    red, green, blue = (round(channel) for channel in color)
    return red, green, blue, round(255 * alpha)


def png(side: int) -> bytes:
    scale = 64.0 / side
    rows = bytearray()
    for row in range(side):
        rows.append(0)
        for column in range(side):
            rows += bytes(pixel((column + 0.5) * scale, (row + 0.5) * scale, scale))
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in parts)


def chunk(name: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum


def hexadecimal(color: Color) -> str:
    return "#" + "".join(f"{round(channel):02x}" for channel in color)


def svg() -> str:
    left, right = drawn_span()
    slope = -2 * STEEPNESS * (left - LOWEST[0])
    middle = (left + right) / 2
    control = height(left) + slope * (middle - left)
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="Ansatz">
  <linearGradient id="ground" x2="0" y2="1">
    <stop stop-color="{hexadecimal(TOP)}"/><stop offset="1" stop-color="{hexadecimal(BOTTOM)}"/>
  </linearGradient>
  <rect width="64" height="64" rx="{CORNER:g}" fill="url(#ground)"/>
  <path d="M{left:.2f} {height(left):.2f}Q{middle:.2f} {control:.2f} {right:.2f} {height(right):.2f}"
    fill="none" stroke="{hexadecimal(CURVE)}" stroke-width="{STROKE:g}" stroke-linecap="round"/>
  <circle cx="{GUESS_AT:g}" cy="{height(GUESS_AT):.2f}" r="{GUESS_RADIUS:g}"
    fill="{hexadecimal(GUESS)}"/>
  <circle cx="{LOWEST[0]:g}" cy="{LOWEST[1]:g}" r="{SOLUTION_RADIUS:g}"
    fill="{hexadecimal(SOLUTION)}"/>
</svg>
"""


def main() -> None:
    folder = Path(sys.argv[1])
    for side in (32, 64):
        (folder / f"logo-{side}x{side}.png").write_bytes(png(side))
    (folder / "logo-svg.svg").write_text(svg())


if __name__ == "__main__":
    main()

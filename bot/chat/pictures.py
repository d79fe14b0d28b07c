"""Draws the catalogue's SVG pictures as PNG, for channels that take no SVG (WhatsApp takes JPEG and PNG only)."""

from __future__ import annotations

import resvg_py

WIDTH = 600
"""Pixels; the drawings are square and phones show them at most this wide."""


def render_png(svg: bytes, width: int = WIDTH) -> bytes:
    """PNG bytes, `width` pixels wide. Raises ValueError on bytes that are no SVG."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg.decode(), width=width, skip_system_fonts=True))

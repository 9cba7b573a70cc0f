"""QR codes as SVG text."""

from functools import lru_cache

import segno


@lru_cache(maxsize=1000)
def qr_svg(content: str) -> str:
    """A QR code, error correction M, as an inline SVG without colours of its own."""
    return str(segno.make(content, error="m", micro=False).svg_inline(scale=4, border=2))

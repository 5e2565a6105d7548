"""A code that carries an address to a phone, drawn as paths: no image, no style."""

import io

import segno

QUIET_ZONE = 2  # modules; the card around it is white too


def svg_of(address: str) -> str:
    """An inline SVG without size: the page gives it one."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        border=QUIET_ZONE,
        svgclass="qr__code",
        lineclass=None,
        dark="#1d1b19",
        light=None,
    )
    return drawn.getvalue().decode()

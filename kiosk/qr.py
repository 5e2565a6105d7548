"""The code that carries the view to the phone, drawn as paths: no image, no style."""

import io
from urllib.parse import urlencode

import segno

QUIET_ZONE = 2  # modules; the card around it is white too


def phone_query(district: str, is_sample: bool, asked_at: str) -> str:
    """The query of the residents' map for this lobby; samples and moment where there are any."""
    pairs = {"district": district, "sample": "1" if is_sample else "", "at": asked_at}
    return urlencode({name: value for name, value in pairs.items() if value}, safe=":")


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

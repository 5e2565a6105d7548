"""What the code on a screen says to a phone: the residents' map for this lobby."""

from urllib.parse import urlencode

from geo.qr import svg_of as svg_of


def phone_query(district: str, is_sample: bool, asked_at: str) -> str:
    """The query of the residents' map for this lobby; samples and moment where there are any."""
    pairs = {"district": district, "sample": "1" if is_sample else "", "at": asked_at}
    return urlencode({name: value for name, value in pairs.items() if value}, safe=":")

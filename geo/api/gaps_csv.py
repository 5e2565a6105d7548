"""``/api/gaps.csv``: the collection `gaps` as a table that a spreadsheet opens and does not run."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from geo.api import gaps, schemas
from geo.api.answers import body_validated, for_everyone
from geo.api.parameters import PAGING, read_all
from geo.planning.export import BOM, safe_cell

ASKED = tuple(one for one in gaps.PARAMETERS if one not in PAGING)


@for_everyone
def gaps_csv(request: HttpRequest) -> HttpResponse:
    """All districts, one a line, the columns named as the properties of the API are."""
    asked = read_all(ASKED, request.GET)
    rows = gaps.ask_gaps(asked, request.now).order_by("code")  # type: ignore[attr-defined]
    out = io.StringIO()
    out.write(BOM)
    writer = csv.writer(out, lineterminator="\r\n")
    names = list(schemas.GAPS)
    writer.writerow(["code", *names])
    for area in rows:
        said: dict[str, Any] = gaps.gap_feature(area, str)["properties"]
        writer.writerow([area.code, *(safe_cell(said[name]) for name in names)])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"gaps-{asked.get('group', 'total')}.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name) or ""
    return body_validated(request, answer)

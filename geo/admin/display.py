"""How a value is shown on a staff page: as a table, as JSON, as a link to its row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def table(pairs: Sequence[tuple[str, Any]]) -> SafeString:
    """Names and values as a definition list; values are escaped, line breaks kept by CSS."""
    rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs)
    return format_html('<dl class="cells">{}</dl>', rows)


def pretty(value: Any) -> SafeString:
    """JSON as it was kept, readable."""
    return format_html(
        '<pre class="raw">{}</pre>', json.dumps(value, ensure_ascii=False, indent=2, default=str)
    )


def admin_link(instance: Model | None, words: str = "") -> SafeString | str:
    """A link to the staff page of a row; 「—」 where there is none."""
    if instance is None:
        return "—"
    meta = instance._meta
    url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[instance.pk])
    return format_html('<a href="{}">{}</a>', url, words or str(instance))

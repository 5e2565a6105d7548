"""Links that keep the question, and the moment asked for in a demo."""

from urllib.parse import urlencode

from django import template
from django.http import HttpRequest
from django.urls import reverse

from geo.filters import ActivityFilter
from geo.middleware import PARAMETERS

register = template.Library()


@register.simple_tag
def page_link(query: str, at: str = "", page: int = 1) -> str:
    """The address of the list for *query*; *at* is the demo's moment, kept from page to page."""
    more = {key: str(value) for key, value in (("at", at), ("page", page)) if value}
    if page == 1:
        more.pop("page", None)
    pairs = "&".join(part for part in (query, urlencode(more, safe=":")) if part)
    return reverse("map") + (f"?{pairs}" if pairs else "")


@register.simple_tag
def with_sample(asked: ActivityFilter, at: str = "") -> str:
    """The same question, the sample week included."""
    return page_link(asked.query(sample=True), at)


@register.simple_tag
def without_sample(asked: ActivityFilter, at: str = "") -> str:
    """The same question, real activities only."""
    return page_link(asked.query(sample=False), at)


@register.simple_tag
def preference_link(request: HttpRequest, name: str, value: str) -> str:
    """This very page with another *mode*, *theme* or *lang*."""
    query = request.GET.copy()
    for parameter in PARAMETERS:
        query.pop(parameter, None)
    query[name] = value
    return f"{request.path}?{query.urlencode(safe=':,')}"


@register.simple_tag
def at_query(at: str) -> str:
    """``?at=…`` for the links of a demo page that shows another moment; else nothing."""
    return f"?{urlencode({'at': at}, safe=':')}" if at else ""

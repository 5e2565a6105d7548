"""Public reads stand before sessions and log-in, and keep what protects a page."""

from __future__ import annotations

from typing import Any

from django.test import Client


def test_programs_get_no_cookie_no_session_and_one_policy_where_there_is_a_page(
    client: Client, db: None, django_assert_num_queries: Any
) -> None:
    data = client.get("/api/collections/events/items")
    page = client.get("/api/collections/events/items?f=html")

    assert not data.cookies
    assert not hasattr(data.wsgi_request, "session")
    assert "Content-Security-Policy" not in data
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert data["X-Frame-Options"] == page["X-Frame-Options"] == "DENY"
    assert data["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_there_is_not_found(client: Client, db: None) -> None:
    assert client.get("/apiary").status_code == 404

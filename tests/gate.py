"""The gate's rows are written on a connection of its own: no rollback takes them away."""

from typing import Any

from geo.geocoding import gate


def forget_usage() -> None:
    """As if no map service had ever been asked."""
    run("DELETE FROM geo_providerusage")  # not TRUNCATE: the test may be reading


def run(sql: str, *values: Any) -> list[Any]:
    """One statement outside of the test's transaction."""
    with gate._aside() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def usage(provider: str, *columns: str) -> tuple[Any, ...]:
    """The row of one provider, as it is committed."""
    (row,) = run(
        f"SELECT {', '.join(columns)} FROM geo_providerusage WHERE provider = %s",  # noqa: S608
        provider,
    )
    return tuple(row)

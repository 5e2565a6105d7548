"""Every committed change of what is shown gives the data a new version, and says what changed.

docs/decisions/0020-live-reads.md has the reasons. A statement leaves a row in geo_change; at the
end of its transaction, and not before, those rows are given the next version and everybody who
listens is told. The version's row is locked only for that moment, so long imports do not wait for
each other.
"""

from django.db import migrations, models

# table → kind of thing that changed, and the column that names it
SHOWN = {
    "geo_activity": ("activity", "id"),
    "geo_activity_categories": ("activity", "activity_id"),
    "geo_activity_audiences": ("activity", "activity_id"),
    "geo_activityorganizer": ("activity", "activity_id"),
    "geo_schedule": ("activity", "activity_id"),
    "geo_occurrence": ("activity", "activity_id"),
    "geo_venue": ("venue", "id"),
    "geo_venuename": ("venue", "venue_id"),
    "geo_placereading": ("place", "id"),
    "geo_organization": ("organization", "id"),
    "geo_area": ("area", "id"),
    "geo_areaname": ("area", "area_id"),
    "geo_area_parts": ("area", "from_area_id"),
    "geo_population": ("population", "area_id"),
    "geo_category": ("category", "id"),
    "geo_audience": ("audience", "id"),
    "geo_campaign": ("campaign", "id"),
    "geo_source": ("source", "id"),
}
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS fresh",
    "update": "REFERENCING OLD TABLE AS gone NEW TABLE AS fresh",
    "delete": "REFERENCING OLD TABLE AS gone",
    "truncate": "",
}

TABLES = """
CREATE TABLE geo_dataversion (
    id smallint PRIMARY KEY CHECK (id = 1),
    number bigint NOT NULL,
    changed_at timestamptz NOT NULL
);
INSERT INTO geo_dataversion
    VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, clock_timestamp());

-- keys NULL: all of the kind. version NULL: its transaction is not over.
CREATE TABLE geo_change (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version bigint,
    kind text NOT NULL,
    keys bigint[]
);
CREATE INDEX geo_change_version ON geo_change (version);
"""

FUNCTIONS = """
-- A statement on a table that shows: EXECUTE FUNCTION geo_note_change('kind', 'column').
CREATE FUNCTION geo_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched text;
    found bigint[];
BEGIN
    IF TG_OP <> 'TRUNCATE' THEN
        touched := CASE TG_OP
            WHEN 'INSERT' THEN format('SELECT %1$I AS key FROM fresh', TG_ARGV[1])
            WHEN 'DELETE' THEN format('SELECT %1$I AS key FROM gone', TG_ARGV[1])
            ELSE format('SELECT %1$I AS key FROM fresh UNION SELECT %1$I FROM gone', TG_ARGV[1])
        END;
        EXECUTE 'SELECT array_agg(key) FROM (SELECT DISTINCT key FROM (' || touched ||
            ') AS listed LIMIT 5001) AS counted' INTO found;
        IF found IS NULL THEN
            RETURN NULL;  -- a statement that met no row
        END IF;
        IF cardinality(found) > 5000 THEN
            found := NULL;
        END IF;
    END IF;
    INSERT INTO geo_change (kind, keys) VALUES (TG_ARGV[0], found);
    RETURN NULL;
END $$;

-- At the end of the transaction: one new version for all that it changed. Versions are
-- milliseconds of the clock, and never go back: not after a restored backup either.
CREATE FUNCTION geo_new_version() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    mine text := pg_current_xact_id()::text || ':';
    given text := coalesce(current_setting('yitu.version', true), '');
    next bigint;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM geo_change WHERE id = NEW.id AND version IS NULL) THEN
        RETURN NULL;  -- a change before this one in the same transaction took it along
    END IF;
    IF starts_with(given, mine) THEN
        next := split_part(given, ':', 2)::bigint;
    ELSE
        INSERT INTO geo_dataversion AS kept
            VALUES (1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint, clock_timestamp())
            ON CONFLICT (id) DO UPDATE
            SET number = greatest(kept.number + 1, excluded.number),
                changed_at = greatest(kept.changed_at, excluded.changed_at)
            RETURNING number INTO next;
        PERFORM set_config('yitu.version', mine || next, true);
        PERFORM pg_notify('yitu_data', next::text);
        DELETE FROM geo_change WHERE version < next - 3600000;
    END IF;
    UPDATE geo_change SET version = next WHERE version IS NULL;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER geo_new_version AFTER INSERT ON geo_change
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION geo_new_version();
"""


def triggers():
    for table, (kind, column) in SHOWN.items():
        for event, seen in EVENTS.items():
            yield (
                f"CREATE TRIGGER geo_shown_{event} AFTER {event} ON {table} {seen}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION geo_note_change('{kind}', '{column}');"
            )


def no_triggers():
    for table in SHOWN:
        for event in EVENTS:
            yield f"DROP TRIGGER geo_shown_{event} ON {table};"


class Migration(migrations.Migration):
    dependencies = [("geo", "0005_departures")]

    operations = [
        migrations.RunSQL(
            TABLES + FUNCTIONS + "\n".join(triggers()),
            "\n".join(no_triggers())
            + "DROP TABLE geo_change; DROP TABLE geo_dataversion;"
            + "DROP FUNCTION geo_note_change(); DROP FUNCTION geo_new_version();",
        ),
        migrations.CreateModel(
            name="DataVersion",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField()),
                ("changed_at", models.DateTimeField()),
            ],
            options={"db_table": "geo_dataversion", "managed": False},
        ),
    ]

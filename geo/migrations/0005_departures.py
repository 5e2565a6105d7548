"""Departures, and the triggers that write them; and what an event shows of its venue, its
organisers, categories and audiences counts as a change of the event."""

from django.db import migrations, models

DEPARTURES = """
CREATE SEQUENCE geo_departure_rows;

-- As geo.features.event_id has it.
CREATE FUNCTION geo_event_id(public_id text, original_start timestamptz, place_rank integer)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT public_id || '-'
        || to_char(original_start AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD"T"HH24MI')
        || '-' || place_rank
$$;

CREATE FUNCTION geo_depart(
    public_id text, original_start timestamptz, place_rank integer, is_sample boolean
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO geo_departure (id, event_id, public_id, original_start, is_sample, left_at)
    VALUES (-nextval('geo_departure_rows'), geo_event_id($1, $2, $3), $1, $2, $4, clock_timestamp())
    ON CONFLICT (event_id) DO UPDATE SET left_at = EXCLUDED.left_at
$$;

CREATE FUNCTION geo_occurrences_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM geo_depart(activity.public_id, gone.original_start, gone.place_rank, activity.is_sample)
    FROM gone JOIN geo_activity activity ON activity.id = gone.activity_id
    WHERE activity.is_published;
    RETURN NULL;
END $$;
CREATE TRIGGER departures_of_deleted AFTER DELETE ON geo_occurrence
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION geo_occurrences_deleted();

CREATE FUNCTION geo_occurrences_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM geo_departure) THEN
        DELETE FROM geo_departure WHERE event_id IN (
            SELECT geo_event_id(activity.public_id, come.original_start, come.place_rank)
            FROM come JOIN geo_activity activity ON activity.id = come.activity_id
            WHERE activity.is_published
        );
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER departures_of_inserted AFTER INSERT ON geo_occurrence
REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION geo_occurrences_inserted();

-- Another id, as when two activities are merged. All rows of the statement are changed by now.
CREATE FUNCTION geo_occurrence_renamed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM geo_depart(activity.public_id, OLD.original_start, OLD.place_rank, activity.is_sample)
    FROM geo_activity activity
    WHERE activity.id = OLD.activity_id AND activity.is_published AND NOT EXISTS (
        SELECT FROM geo_occurrence
        WHERE activity_id = OLD.activity_id AND original_start = OLD.original_start
            AND place_rank = OLD.place_rank
    );
    DELETE FROM geo_departure USING geo_activity activity
    WHERE activity.id = NEW.activity_id AND activity.is_published
        AND event_id = geo_event_id(activity.public_id, NEW.original_start, NEW.place_rank);
    RETURN NULL;
END $$;
CREATE TRIGGER departures_of_renamed
AFTER UPDATE OF activity_id, original_start, place_rank ON geo_occurrence FOR EACH ROW
WHEN ((OLD.activity_id, OLD.original_start, OLD.place_rank)
    IS DISTINCT FROM (NEW.activity_id, NEW.original_start, NEW.place_rank))
EXECUTE FUNCTION geo_occurrence_renamed();

CREATE FUNCTION geo_activity_hidden_or_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.is_published THEN
        PERFORM geo_depart(OLD.public_id, original_start, place_rank, NEW.is_sample)
        FROM geo_occurrence WHERE activity_id = OLD.id;
    END IF;
    IF NEW.is_published THEN
        DELETE FROM geo_departure WHERE event_id IN (
            SELECT geo_event_id(NEW.public_id, original_start, place_rank)
            FROM geo_occurrence WHERE activity_id = NEW.id
        );
        UPDATE geo_occurrence SET revised_at = clock_timestamp() WHERE activity_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER departures_of_hidden
AFTER UPDATE OF is_published, public_id ON geo_activity FOR EACH ROW
WHEN ((OLD.is_published, OLD.public_id) IS DISTINCT FROM (NEW.is_published, NEW.public_id))
EXECUTE FUNCTION geo_activity_hidden_or_shown();

INSERT INTO geo_departure (id, event_id, public_id, original_start, is_sample, left_at)
SELECT DISTINCT ON (2) -nextval('geo_departure_rows'),
    geo_event_id(activity.public_id, original_start, place_rank), activity.public_id,
    original_start, activity.is_sample, activity.updated_at
FROM geo_occurrence JOIN geo_activity activity ON activity.id = activity_id
WHERE NOT activity.is_published;
"""

NOT_DEPARTURES = """
DROP TRIGGER departures_of_hidden ON geo_activity;
DROP TRIGGER departures_of_renamed ON geo_occurrence;
DROP TRIGGER departures_of_inserted ON geo_occurrence;
DROP TRIGGER departures_of_deleted ON geo_occurrence;
DROP FUNCTION geo_activity_hidden_or_shown, geo_occurrence_renamed, geo_occurrences_inserted,
    geo_occurrences_deleted, geo_depart, geo_event_id;
DROP SEQUENCE geo_departure_rows;
"""

TOUCHES = """
CREATE FUNCTION geo_venue_touches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE geo_occurrence SET revised_at = clock_timestamp() WHERE venue_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER touches_events AFTER UPDATE OF name, point, radius_m ON geo_venue FOR EACH ROW
WHEN (OLD.name <> NEW.name OR OLD.radius_m IS DISTINCT FROM NEW.radius_m
    OR OLD.point::bytea IS DISTINCT FROM NEW.point::bytea)
EXECUTE FUNCTION geo_venue_touches();

CREATE FUNCTION geo_organization_touches() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE geo_activity SET updated_at = clock_timestamp()
    WHERE id IN (SELECT activity_id FROM geo_activityorganizer WHERE organization_id = NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER touches_events AFTER UPDATE OF name ON geo_organization FOR EACH ROW
WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION geo_organization_touches();

CREATE FUNCTION geo_links_touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE geo_activity SET updated_at = clock_timestamp()
    WHERE id IN (SELECT activity_id FROM changed);
    RETURN NULL;
END $$;
"""
LINKS = ("geo_activity_categories", "geo_activity_audiences", "geo_activityorganizer")
TOUCH_LINKS = "".join(
    f"""
CREATE TRIGGER {when.lower()}_touches_events AFTER {when} ON {table}
REFERENCING {"NEW" if when == "INSERT" else "OLD"} TABLE AS changed
FOR EACH STATEMENT EXECUTE FUNCTION geo_links_touch();
"""
    for table in LINKS
    for when in ("INSERT", "DELETE")
)
NO_TOUCHES = (
    "".join(
        f"DROP TRIGGER {when}_touches_events ON {table};\n"
        for table in LINKS
        for when in ("insert", "delete")
    )
    + """
DROP TRIGGER touches_events ON geo_organization;
DROP TRIGGER touches_events ON geo_venue;
DROP FUNCTION geo_links_touch, geo_organization_touches, geo_venue_touches;
"""
)


class Migration(migrations.Migration):
    dependencies = [("geo", "0004_search_text")]

    operations = [
        migrations.CreateModel(
            name="Departure",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.CharField(max_length=80, unique=True, verbose_name="场次编号")),
                ("public_id", models.CharField(max_length=16, verbose_name="活动编号")),
                ("original_start", models.DateTimeField(verbose_name="原定开始")),
                ("is_sample", models.BooleanField(verbose_name="示例")),
                ("left_at", models.DateTimeField(db_index=True, verbose_name="撤下")),
            ],
            options={
                "verbose_name": "已撤下的场次",
                "verbose_name_plural": "已撤下的场次",
                "ordering": ["left_at"],
            },
        ),
        migrations.RunSQL(DEPARTURES, NOT_DEPARTURES),
        migrations.RunSQL(TOUCHES + TOUCH_LINKS, NO_TOUCHES),
    ]

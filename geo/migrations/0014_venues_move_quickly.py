"""A venue that moves counts nothing anew: only what planners count by makes a session count again."""

from django.db import migrations

MOVED = """
CREATE OR REPLACE FUNCTION geo_venues_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO found FROM fresh WHERE point IS NOT NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(fresh.id) INTO found FROM fresh JOIN gone USING (id)
        WHERE fresh.radius_m IS DISTINCT FROM gone.radius_m
            OR fresh.point::bytea IS DISTINCT FROM gone.point::bytea;
        IF EXISTS (
            SELECT FROM fresh JOIN gone USING (id) WHERE fresh.town_id IS DISTINCT FROM gone.town_id
        ) THEN
            UPDATE geo_countedsession counted SET town_id = fresh.town_id
            FROM fresh JOIN gone USING (id)
            WHERE fresh.town_id IS DISTINCT FROM gone.town_id AND counted.venue_id = fresh.id
                AND fresh.town_id IS NOT NULL;
        END IF;
    ELSE
        DELETE FROM geo_reach WHERE venue_id IN (SELECT id FROM gone);
    END IF;
    IF found IS NOT NULL THEN
        PERFORM geo_measure_reach(found);
    END IF;
    RETURN NULL;
END $$;
"""


# An occurrence is revised with its venue (revised_at); that alone changes no count.
REVISED = """
CREATE FUNCTION geo_recount_occurrences() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint[];
BEGIN
    SELECT array_agg(DISTINCT key) INTO found FROM (
        SELECT unnest(ARRAY[fresh.activity_id, gone.activity_id]) AS key
        FROM fresh FULL JOIN gone USING (id)
        WHERE (fresh.activity_id, fresh.held_on, fresh.starts_at, fresh.venue_id, fresh.area_id,
            fresh.district_id, fresh.certainty, fresh.status, fresh.time_precision,
            fresh.part_of_day)
            IS DISTINCT FROM (gone.activity_id, gone.held_on, gone.starts_at, gone.venue_id,
            gone.area_id, gone.district_id, gone.certainty, gone.status, gone.time_precision,
            gone.part_of_day)
    ) AS touched WHERE key IS NOT NULL;
    IF found IS NOT NULL THEN
        PERFORM geo_count_sessions(found);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER geo_recount_update ON geo_occurrence;
CREATE TRIGGER geo_recount_update AFTER UPDATE ON geo_occurrence
REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION geo_recount_occurrences();
"""
BACK = """
DROP TRIGGER geo_recount_update ON geo_occurrence;
CREATE TRIGGER geo_recount_update AFTER UPDATE ON geo_occurrence
REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION geo_recount();
DROP FUNCTION geo_recount_occurrences();
"""


class Migration(migrations.Migration):
    dependencies = [("geo", "0013_import_in_pieces")]

    operations = [migrations.RunSQL(MOVED + REVISED, BACK)]

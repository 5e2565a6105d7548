"""Cells, people in them, distances and counted sessions, and the triggers that keep them."""

import django.contrib.gis.db.models.fields
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


# Sessions are counted anew for whole activities: an activity is small, and nothing can be forgotten.
# Its row is locked first, so that two transactions at one activity count one after the other.
COUNTING = """
CREATE FUNCTION geo_count_sessions(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM geo_activity WHERE ids IS NULL OR id = ANY (ids) ORDER BY id FOR NO KEY UPDATE;
    DELETE FROM geo_countedsession WHERE ids IS NULL OR activity_id = ANY (ids);
    INSERT INTO geo_countedsession (
        activity_id, held_on, starts_at, category_id, is_first, band, venue_id, district_id,
        town_id, one_of, takes_place, is_demo, audience_ids, organizer_ids
    )
    WITH held AS (
        SELECT one.activity_id, one.held_on, one.starts_at, one.venue_id, one.district_id,
            coalesce(venue.town_id, CASE area.level
                WHEN 'town' THEN area.id WHEN 'community' THEN area.parent_id END) AS town_id,
            one.certainty = 'one_of' AS one_of,
            one.status NOT IN ('cancelled', 'postponed') AS takes_place,
            source.slug = 'demo-city' AS is_demo,
            CASE
                WHEN extract(isodow FROM one.held_on) >= 6 THEN 3
                WHEN one.time_precision <> 'exact' AND one.part_of_day = '' THEN 0
                WHEN one.part_of_day = 'evening' OR one.time_precision = 'exact' AND
                    extract(hour FROM one.starts_at AT TIME ZONE 'Asia/Shanghai') >= 18 THEN 2
                ELSE 1
            END AS band
        FROM geo_occurrence one
        JOIN geo_activity activity ON activity.id = one.activity_id
        JOIN geo_source source ON source.id = activity.source_id
        LEFT JOIN geo_venue venue ON venue.id = one.venue_id
        LEFT JOIN geo_area area ON area.id = one.area_id
        WHERE (ids IS NULL OR one.activity_id = ANY (ids)) AND (
            source.slug = 'demo-city' OR activity.is_published AND NOT activity.is_sample
        )
    ), units AS (
        SELECT activity_id, held_on, starts_at, venue_id, district_id, town_id, one_of,
            takes_place, is_demo, band
        FROM held WHERE NOT one_of
        UNION ALL
        SELECT activity_id, held_on, min(starts_at), NULL,
            CASE WHEN count(district_id) = count(*) AND min(district_id) = max(district_id)
            THEN min(district_id) END,
            CASE WHEN count(town_id) = count(*) AND min(town_id) = max(town_id)
            THEN min(town_id) END,
            true, takes_place, is_demo, min(band)
        FROM held WHERE one_of GROUP BY activity_id, held_on, takes_place, is_demo
    )
    SELECT units.activity_id, held_on, starts_at, kind.category_id, coalesce(kind.is_first, true),
        band, venue_id, district_id, town_id, one_of, takes_place, is_demo,
        audience.ids, organizer.ids
    FROM units
    LEFT JOIN LATERAL (
        SELECT category_id, row_number() OVER (ORDER BY category_id) = 1 AS is_first
        FROM geo_activity_categories WHERE activity_id = units.activity_id
    ) AS kind ON true
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(audience_id), '{}') AS ids
        FROM geo_activity_audiences WHERE activity_id = units.activity_id
    ) AS audience
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(organization_id), '{}') AS ids
        FROM geo_activityorganizer WHERE activity_id = units.activity_id AND NOT is_partner
    ) AS organizer;
END $$;

-- After a statement: EXECUTE FUNCTION geo_recount('column that names the activity').
CREATE FUNCTION geo_recount() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint[];
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM geo_countedsession;
        RETURN NULL;
    END IF;
    EXECUTE 'SELECT array_agg(DISTINCT key) FROM (' || CASE TG_OP
        WHEN 'INSERT' THEN 'SELECT activity_id AS key FROM fresh'
        WHEN 'DELETE' THEN 'SELECT activity_id AS key FROM gone'
        ELSE 'SELECT activity_id AS key FROM fresh UNION ALL SELECT activity_id FROM gone'
    END || ') AS touched' INTO found;
    IF found IS NOT NULL THEN
        PERFORM geo_count_sessions(found);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION geo_recount_activities() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint[];
BEGIN
    SELECT array_agg(fresh.id) INTO found FROM fresh JOIN gone USING (id)
    WHERE (fresh.is_published, fresh.is_sample, fresh.source_id)
        IS DISTINCT FROM (gone.is_published, gone.is_sample, gone.source_id);
    IF found IS NOT NULL THEN
        PERFORM geo_count_sessions(found);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER geo_recount_update AFTER UPDATE ON geo_activity
REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
FOR EACH STATEMENT EXECUTE FUNCTION geo_recount_activities();
"""
REACH = """
CREATE FUNCTION geo_measure_reach(ids bigint[]) RETURNS void LANGUAGE sql AS $$
    DELETE FROM geo_reach WHERE venue_id = ANY (ids);
    INSERT INTO geo_reach (grid_id, venue_id, cell_id, metres)
    SELECT cell.grid_id, venue.id, cell.id, ST_Distance(cell.centre, venue.place)
    FROM (
        SELECT id, ST_Transform(point, 32651) AS place FROM geo_venue
        WHERE id = ANY (ids) AND point IS NOT NULL AND radius_m <= 200 OFFSET 0
    ) AS venue
    JOIN geo_cell cell ON ST_DWithin(cell.centre, venue.place, 3000)
    ON CONFLICT (grid_id, venue_id, cell_id) DO UPDATE SET metres = excluded.metres;
$$;

CREATE FUNCTION geo_venues_moved() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(id) INTO found FROM fresh WHERE point IS NOT NULL;
    ELSIF TG_OP = 'UPDATE' THEN
        SELECT array_agg(fresh.id) INTO found FROM fresh JOIN gone USING (id)
        WHERE fresh.radius_m IS DISTINCT FROM gone.radius_m
            OR fresh.point::bytea IS DISTINCT FROM gone.point::bytea;
        UPDATE geo_countedsession counted SET town_id = fresh.town_id
        FROM fresh JOIN gone USING (id)
        WHERE fresh.town_id IS DISTINCT FROM gone.town_id AND counted.venue_id = fresh.id
            AND fresh.town_id IS NOT NULL;
    ELSE
        DELETE FROM geo_reach WHERE venue_id IN (SELECT id FROM gone);
    END IF;
    IF found IS NOT NULL THEN
        PERFORM geo_measure_reach(found);
    END IF;
    RETURN NULL;
END $$;
"""
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS fresh",
    "update": "REFERENCING OLD TABLE AS gone NEW TABLE AS fresh",
    "delete": "REFERENCING OLD TABLE AS gone",
    "truncate": "",
}
COUNTED = (
    "geo_occurrence",
    "geo_activity_categories",
    "geo_activity_audiences",
    "geo_activityorganizer",
)
NOTED = {"geo_cell": "district_id", "geo_cellpopulation": "layer_id"}


def triggers():
    for table in COUNTED:
        for event, seen in EVENTS.items():
            if event != "truncate" or table == "geo_occurrence":
                yield table, f"geo_recount_{event}", event, seen, "geo_recount()"
    for event in ("insert", "update", "delete"):
        yield "geo_venue", f"geo_moved_{event}", event, EVENTS[event], "geo_venues_moved()"
    for table, column in NOTED.items():
        for event, seen in EVENTS.items():
            note = f"geo_note_change('population', '{column}')"
            yield table, f"geo_shown_{event}", event, seen, note


CREATE = "\n".join(
    f"CREATE TRIGGER {name} AFTER {event} ON {table} {seen} FOR EACH STATEMENT"
    f" EXECUTE FUNCTION {function};"
    for table, name, event, seen, function in triggers()
)
DROP = "\n".join(f"DROP TRIGGER {name} ON {table};" for table, name, *_ in triggers())


class Migration(migrations.Migration):

    dependencies = [
        ('geo', '0008_voices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Grid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='标识')),
                ('title', models.CharField(max_length=80, verbose_name='名称')),
                ('edge_m', models.FloatField(blank=True, null=True, verbose_name='六边形边长（米）')),
                ('source', models.CharField(max_length=300, verbose_name='来源')),
                ('licence', models.CharField(blank=True, max_length=120, verbose_name='许可')),
                ('file_sha256', models.CharField(blank=True, editable=False, max_length=64, verbose_name='文件指纹')),
                ('by', models.CharField(blank=True, editable=False, max_length=150, verbose_name='经手人')),
                ('made_at', models.DateTimeField(verbose_name='建立')),
            ],
            options={
                'verbose_name': '网格',
                'verbose_name_plural': '网格',
                'ordering': ['slug'],
            },
        ),
        migrations.CreateModel(
            name='PopulationLayer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True, verbose_name='标识')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('method', models.CharField(choices=[('even', '在区县市内按面积均摊'), ('areas', '按街道/社区人数分到格子'), ('points', '按栅格点分到格子')], max_length=10, verbose_name='方法')),
                ('counted_on', models.DateField(verbose_name='标准时点')),
                ('basis', models.CharField(max_length=60, verbose_name='口径')),
                ('source', models.CharField(max_length=300, verbose_name='来源')),
                ('licence', models.CharField(blank=True, max_length=120, verbose_name='许可')),
                ('is_sketch', models.BooleanField(default=False, verbose_name='示意')),
                ('made_at', models.DateTimeField(verbose_name='建立')),
            ],
            options={
                'verbose_name': '人口图层',
                'verbose_name_plural': '人口图层',
                'ordering': ['is_sketch', '-counted_on', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='Cell',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=80, verbose_name='名称')),
                ('shape', django.contrib.gis.db.models.fields.GeometryField(spatial_index=False, srid=32651, verbose_name='形状')),
                ('centre', django.contrib.gis.db.models.fields.PointField(srid=32651, verbose_name='中心')),
                ('land_m2', models.FloatField(verbose_name='陆地面积（平方米）')),
                ('district', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='geo.area', verbose_name='区县市')),
                ('town', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='geo.area', verbose_name='街道/镇/乡')),
                ('grid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='geo.grid', verbose_name='网格')),
            ],
            options={
                'verbose_name': '格子',
                'verbose_name_plural': '格子',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='CountedSession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity_id', models.BigIntegerField(db_index=True)),
                ('held_on', models.DateField()),
                ('starts_at', models.DateTimeField()),
                ('category_id', models.BigIntegerField(null=True)),
                ('is_first', models.BooleanField()),
                ('band', models.PositiveSmallIntegerField()),
                ('venue_id', models.BigIntegerField(null=True)),
                ('district_id', models.BigIntegerField(null=True)),
                ('town_id', models.BigIntegerField(null=True)),
                ('one_of', models.BooleanField()),
                ('takes_place', models.BooleanField()),
                ('is_demo', models.BooleanField()),
                ('audience_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('organizer_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'verbose_name': '计数场次',
                'verbose_name_plural': '计数场次',
                'indexes': [models.Index(condition=models.Q(('is_first', True)), fields=['held_on'], include=('venue_id', 'district_id', 'one_of', 'band', 'takes_place', 'is_demo'), name='geo_counted_all'), models.Index(fields=['category_id', 'held_on'], include=('venue_id', 'district_id', 'one_of', 'band', 'takes_place', 'is_demo'), name='geo_counted_category'), models.Index(fields=['district_id', 'held_on'], name='geo_counted_district')],
            },
        ),
        migrations.CreateModel(
            name='PopulationPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', django.contrib.gis.db.models.fields.PointField(srid=32651)),
                ('group', models.CharField(max_length=40)),
                ('weight', models.FloatField()),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='geo.populationlayer')),
            ],
            options={
                'verbose_name': '人口点',
                'verbose_name_plural': '人口点',
            },
        ),
        migrations.CreateModel(
            name='Reach',
            fields=[
                ('pk', models.CompositePrimaryKey('grid_id', 'venue_id', 'cell_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('venue_id', models.BigIntegerField(db_index=True)),
                ('metres', models.FloatField()),
                ('cell', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='geo.cell')),
                ('grid', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='geo.grid')),
            ],
            options={
                'verbose_name': '距离',
                'verbose_name_plural': '距离',
            },
        ),
        migrations.CreateModel(
            name='CellPopulation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(max_length=40, verbose_name='人群')),
                ('count', models.PositiveIntegerField(verbose_name='人数')),
                ('cell', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='population', to='geo.cell')),
                ('layer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cells', to='geo.populationlayer')),
            ],
            options={
                'verbose_name': '格子人口',
                'verbose_name_plural': '格子人口',
                'constraints': [models.UniqueConstraint(fields=('layer', 'group', 'cell'), include=('count',), name='one_count_per_cell')],
            },
        ),
        migrations.RunSQL(
            COUNTING + REACH + CREATE + "SELECT geo_count_sessions(NULL);",
            DROP
            + "DROP TRIGGER geo_recount_update ON geo_activity;"
            + "DROP FUNCTION geo_recount(), geo_recount_activities(), geo_venues_moved(),"
            " geo_count_sessions(bigint[]), geo_measure_reach(bigint[]);",
        ),
    ]

"""Names can be found by how they are typed: pinyin and initials beside them."""

from django.db import migrations, models

from geo.spelling import spelled

FIELDS = (("activity", "title"), ("area", "name"), ("organization", "name"), ("venue", "name"))


def spell(apps, schema_editor):
    for model, field in FIELDS:
        rows = apps.get_model("geo", model).objects
        batch = []
        for row in rows.only("pk", field).iterator(chunk_size=1000):
            row.search_text = spelled(getattr(row, field))
            batch.append(row)
        rows.bulk_update(batch, ["search_text"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("geo", "0003_providerusage")]

    operations = [
        *(
            migrations.AddField(
                model_name=model,
                name="search_text",
                field=models.TextField(
                    blank=True, default="", editable=False, verbose_name="拼音"
                ),
            )
            for model, _field in FIELDS
        ),
        migrations.RunPython(spell, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0004_needs_meet_assets_and_work"),
    ]

    operations = [
        migrations.AddField(
            model_name="needwork",
            name="heard",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=60, verbose_name="ตอนจบที่รับทราบแล้ว"
            ),
            preserve_default=False,
        ),
    ]

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('exams', '0003_engine'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='compensation',
            name='room',
        ),
    ]

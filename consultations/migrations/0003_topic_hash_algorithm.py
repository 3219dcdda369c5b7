from django.db import migrations, models

import consultations.models.topic

CHOICES = [('sha256', 'SHA-256'), ('sm3', 'SM3')]


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0002_summary_editions'),
    ]

    operations = [
        # Whatever is set today, the journals that there are were chained with SHA-256.
        migrations.AddField(
            model_name='topic',
            name='hash_algorithm',
            field=models.CharField(choices=CHOICES, default='sha256', editable=False, max_length=10, verbose_name='hash of the journal'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='hash_algorithm',
            field=models.CharField(choices=CHOICES, default=consultations.models.topic.chosen_hash, editable=False, max_length=10, verbose_name='hash of the journal'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('hash_algorithm__in', ['sha256', 'sm3'])), name='topic_hashes_with_what_is_known'),
        ),
    ]

# What a mail server has put off is tried again later.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0005_attendance_corrected'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='mail_after',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
    ]

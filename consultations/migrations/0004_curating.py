import consultations.models.channel
import consultations.models.deliberation
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def give_codes(apps, schema_editor):
    """To each deliberation that there is, codes of its own."""
    from consultations.models.deliberation import new_join_code, new_room_key

    given = set()
    for deliberation in apps.get_model('consultations', 'Deliberation').objects.order_by('pk'):
        code = new_join_code()
        while code in given:
            code = new_join_code()
        given.add(code)
        deliberation.join_code, deliberation.room_key = code, new_room_key()
        deliberation.save(update_fields=['join_code', 'room_key'])


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0003_topic_hash_algorithm'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='channel',
            name='policy',
            field=models.TextField(blank=True, default=consultations.models.channel.standard_policy, verbose_name='how suggestions are reviewed'),
        ),
        migrations.AddField(
            model_name='channel',
            name='rotated',
            field=models.BooleanField(default=False, verbose_name='every member has another order'),
        ),
        migrations.AddField(
            model_name='deliberation',
            name='join_code',
            field=models.CharField(default='', editable=False, max_length=8, verbose_name='code to join'),
        ),
        migrations.AddField(
            model_name='deliberation',
            name='linked',
            field=models.BooleanField(default=False, verbose_name='the clocks of its topics run together'),
        ),
        migrations.AddField(
            model_name='deliberation',
            name='room_key',
            field=models.CharField(default=consultations.models.deliberation.new_room_key, editable=False, max_length=32),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='deliberation',
            name='join_code',
            field=models.CharField(default=consultations.models.deliberation.new_join_code, editable=False, max_length=8, unique=True, verbose_name='code to join'),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='typed by'),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='entered_from',
            field=models.CharField(blank=True, choices=[('paper', 'On paper'), ('spoken', 'Spoken')], max_length=8, verbose_name='came'),
        ),
        migrations.AddField(
            model_name='suggestion',
            name='masked',
            field=models.JSONField(blank=True, default=list, editable=False, verbose_name='passages masked in public'),
        ),
        migrations.AddField(
            model_name='topic',
            name='rotated',
            field=models.BooleanField(default=False, verbose_name='every member has another order'),
        ),
        migrations.AddField(
            model_name='vote',
            name='revision',
            field=models.PositiveBigIntegerField(db_default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='journalentry',
            name='kind',
            field=models.CharField(choices=[('prepared', 'Question, times and rules set'), ('announced', 'Announced'), ('opened', 'Opened'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('extended', 'Extended'), ('closed', 'Closed'), ('phase', 'Phase reached'), ('notice', 'Notice to all'), ('posted', 'Suggestion received'), ('edited', 'Suggestion edited'), ('withdrawn', 'Suggestion withdrawn'), ('published', 'Suggestion published'), ('returned', 'Suggestion returned for edit'), ('declined', 'Suggestion declined'), ('hidden', 'Suggestion hidden'), ('restored', 'Suggestion restored'), ('themed', 'Suggestion assigned to a theme'), ('featured', 'Suggestion featured'), ('merged', 'Suggestion merged into another'), ('unmerged', 'Merge undone'), ('proposed', 'Another wording proposed to the author'), ('answered', 'Proposal answered by the author'), ('flagged', 'Suggestion flagged'), ('settled', 'Flags settled'), ('unmasked', 'Masked passages shown'), ('cosigned', 'Co-signers changed'), ('themes', 'Themes changed'), ('votes', 'Votes'), ('frozen', 'Frozen for the summary'), ('summary_drafted', 'Summary drafted'), ('summary_edited', 'Summary edited')], max_length=20, verbose_name='kind'),
        ),
        migrations.CreateModel(
            name='NotificationChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('off', models.JSONField(blank=True, default=list)),
                ('mailed', models.JSONField(blank=True, default=list)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notification_choice', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'choice of notifications',
                'verbose_name_plural': 'choices of notifications',
            },
        ),
        migrations.CreateModel(
            name='Scan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stored', models.CharField(editable=False, max_length=64, unique=True)),
                ('name', models.CharField(max_length=120, verbose_name='file name')),
                ('media_type', models.CharField(max_length=40, verbose_name='type')),
                ('size', models.PositiveIntegerField(verbose_name='bytes')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
                ('suggestion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='scan', to='consultations.suggestion', verbose_name='suggestion')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'scan',
                'verbose_name_plural': 'scans',
            },
        ),
        migrations.CreateModel(
            name='Cosigner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('invited', 'Has not answered yet'), ('agreed', 'Agreed'), ('declined', 'Declined')], default='invited', max_length=8, verbose_name='state')),
                ('slot', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='slot')),
                ('invited_at', models.DateTimeField(verbose_name='invited')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosigned', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('suggestion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosigners', to='consultations.suggestion', verbose_name='suggestion')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosigners', to='consultations.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'co-signer',
                'verbose_name_plural': 'co-signers',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('suggestion', 'member'), name='one_cosigning_per_member'), models.CheckConstraint(condition=models.Q(models.Q(('slot__isnull', False), ('state', 'agreed')), models.Q(models.Q(('state', 'agreed'), _negated=True), ('slot__isnull', True)), _connector='OR'), name='agreed_cosigners_hold_a_slot')],
            },
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('off_topic', 'Off topic'), ('private', "Somebody's private data"), ('harsh', 'Insulting or harsh'), ('untrue', 'Not true'), ('other', 'Another reason'), ('split', 'Please split what was merged'), ('sensitive', "A word of the operator's list")], max_length=10, verbose_name='reason')),
                ('text', models.CharField(blank=True, max_length=200, verbose_name='in their words')),
                ('flagged_at', models.DateTimeField(verbose_name='flagged')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled')),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='flags', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dealt with by')),
                ('suggestion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='consultations.suggestion', verbose_name='suggestion')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='flags', to='consultations.topic', verbose_name='topic')),
            ],
            options={
                'verbose_name': 'flag',
                'verbose_name_plural': 'flags',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('settled_at__isnull', True)), fields=['topic'], name='open_flags')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at__isnull', True)), fields=('suggestion', 'member'), name='one_open_flag_per_member'), models.UniqueConstraint(condition=models.Q(('member__isnull', True), ('settled_at__isnull', True)), fields=('suggestion', 'kind'), name='one_open_flag_per_screening')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveBigIntegerField(editable=False)),
                ('status_before', models.CharField(choices=[('pending', 'Awaiting review'), ('published', 'Published'), ('returned', 'Returned for edit'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('merged', 'Merged'), ('hidden', 'Hidden')], max_length=10, verbose_name='status then')),
                ('featured_before', models.BooleanField(default=False, editable=False)),
                ('merged_at', models.DateTimeField(verbose_name='merged')),
                ('undone_revision', models.PositiveBigIntegerField(blank=True, editable=False, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='undone')),
                ('into', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='consultations.suggestion', verbose_name='merged into')),
                ('merged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='dealt with by')),
                ('suggestion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='consultations.suggestion', verbose_name='suggestion')),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('suggestion',), name='one_open_merge_each'), models.CheckConstraint(condition=models.Q(('suggestion', models.F('into')), _negated=True), name='merges_join_two')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('published', 'My suggestion is published'), ('returned', 'My suggestion came back'), ('declined', 'My suggestion was not taken'), ('hidden', 'My suggestion is hidden'), ('proposed', 'Another wording is proposed to me'), ('merged', 'A suggestion of mine, or one I support, was merged'), ('unmerged', 'A merge was undone'), ('featured', 'My suggestion is on the screen'), ('cosign', 'Somebody names me as a co-signer'), ('cosigned', 'A co-signer has answered'), ('entered', 'A suggestion was entered for me'), ('closed', 'A topic that I took part in has closed')], max_length=10, verbose_name='about')),
                ('revision', models.PositiveBigIntegerField(editable=False)),
                ('happened_at', models.DateTimeField(verbose_name='happened')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('mail', models.BooleanField(default=False, editable=False)),
                ('mailed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('suggestion', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consultations.suggestion', verbose_name='suggestion')),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='consultations.topic', verbose_name='topic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['user', '-id'], name='notifications_of_a_user'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='unread_notifications'), models.Index(condition=models.Q(('mail', True), ('mailed_at__isnull', True)), fields=['id'], name='notifications_to_mail')],
                'constraints': [models.UniqueConstraint(fields=('user', 'topic', 'revision', 'kind'), name='one_notification_per_step')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('of_text', models.TextField(verbose_name='text then')),
                ('text', models.TextField(verbose_name='text')),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('state', models.CharField(choices=[('open', 'Waits for the author'), ('accepted', 'Accepted by the author'), ('declined', 'Declined by the author'), ('overtaken', 'Overtaken by another text or decision')], default='open', max_length=10, verbose_name='state')),
                ('proposed_at', models.DateTimeField(verbose_name='proposed')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('suggestion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='consultations.suggestion', verbose_name='suggestion')),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('suggestion',), name='one_open_proposal_each')],
            },
        ),
    ]

from django.db import migrations

BATCH = 2000


def find_revisions(apps, schema_editor):
    """To each vote the journal entry that says so: in a merged group it tells which of a member's stands came last."""
    from consultations.journal import pseudonym

    Topic, Vote, JournalEntry = (
        apps.get_model('consultations', name) for name in ('Topic', 'Vote', 'JournalEntry')
    )
    for topic in Topic.objects.only('pk', 'secret').iterator():
        entries = JournalEntry.objects.filter(topic=topic, kind='votes').order_by('revision')
        revisions = {}
        for revision, payload in entries.values_list('revision', 'payload').iterator():
            for suggestion, voter, _choice in payload['votes']:
                revisions[suggestion, voter] = revision
        votes = []
        for vote in Vote.objects.filter(topic=topic).only('pk', 'suggestion_id', 'voter_id').iterator():
            # What no entry says was written past the rules; `jianyan journal verify` names it.
            vote.revision = revisions.get((vote.suggestion_id, pseudonym(topic.secret, vote.voter_id)), 0)
            votes.append(vote)
        Vote.objects.bulk_update(votes, ['revision'], batch_size=BATCH)


class Migration(migrations.Migration):

    dependencies = [
        ('consultations', '0006_notification_mail_after'),
    ]

    operations = [
        migrations.RunPython(find_revisions, migrations.RunPython.noop),
    ]

"""The categories of a year's report that every such body has."""

from django.db import migrations

STANDARD = (
    ("network_deliberation", "网络议政"),
    ("reading", "读书活动"),
    ("consultations", "各类协商活动"),
    ("party_group_study", "党组学习会"),
    ("standing_study", "常委会专题学习会"),
    ("committee_sector_study", "专委会和界别学习会"),
    ("hall_sessions", "民生议事堂活动"),
    ("studio_activities", "委员工作室活动"),
    ("live_sessions", "直播助农"),
)


def make(apps, schema_editor):
    """The standard categories; the channels of consultation that there are count as consultations."""
    category = apps.get_model("consultations", "Category")
    for position, (slug, name) in enumerate(STANDARD, 1):
        category.objects.get_or_create(slug=slug, defaults={"name": name, "position": position})
    consultations = category.objects.get(slug="consultations")
    channel = apps.get_model("consultations", "Channel")
    for one in channel.objects.filter(is_consultation=True, categories=None):
        one.categories.add(consultations)


class Migration(migrations.Migration):
    dependencies = [("consultations", "0011_search_index")]

    operations = [migrations.RunPython(make, migrations.RunPython.noop)]

"""`jianyan remind`, once and once more."""

from __future__ import annotations

import pytest
from django.utils import timezone

from consultations.models import Reminder
from tests.conftest import database_url
from tests.consultations.referral_scene import DAY, make_referring
from tests.servers import jianyan_environment, run_jianyan

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_command_reminds_of_what_is_due_and_says_how_much() -> None:
    scene = make_referring()
    # Referred long before a date that is near by the machine's clock, which the command goes by.
    scene.refer(due=timezone.localdate() + DAY)
    environment = jianyan_environment(DATABASE_URL=database_url())
    done = run_jianyan("remind", environment=environment)
    assert (done.returncode, done.stdout) == (0, "1 reminders sent.\n")
    assert Reminder.objects.get().days == -1
    again = run_jianyan("remind", environment=environment)
    assert (again.returncode, again.stdout) == (0, "0 reminders sent.\n")

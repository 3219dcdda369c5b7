"""The closed lists of the accounts: kinds of body, roles, genders."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BodyKind(models.TextChoices):
    """What a body is."""

    COMMITTEE = "committee", _("Committee")
    SPECIAL_COMMITTEE = "special_committee", _("Special committee")
    SECTOR = "sector", _("Sector")
    PARTY = "party", _("Party or group")
    STUDIO = "studio", _("Members' studio")
    HALL = "hall", _("Consultation hall")
    DEPARTMENT = "department", _("Department")
    SOCIETY = "society", _("Society")
    ORGAN = "organ", _("Standing organ or office")


class Role(models.TextChoices):
    """What a person may be in a body; it holds for that body and all below it."""

    MEMBER = "member", _("Member")
    CHAIR = "chair", _("Chair")
    MODERATOR = "moderator", _("Moderator")
    SECRETARY = "secretary", _("Secretary")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")
    HANDLER = "handler", _("Handler of referrals")


class Gender(models.TextChoices):
    """As the roster states it; empty where it does not."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")

"""Channel 渠道: a form of consultation, as data."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import BallotKind, Tallies
from .category import Category


def standard_reasons() -> list[str]:
    """The reasons that a moderator is offered for returning a suggestion, in the order of the keys 1–9."""
    return [
        "一条建言请只写一件事，请拆开后重新提交。",
        "请写得更具体：在哪里、做什么、由谁来做。",
        "内容与本议题无关，请改写后再提交。",
        "文中有个人信息（姓名、电话、车牌等），请删去后再提交。",
        "用语请平和，请修改后再提交。",
        "与已发布的建言相同，建议直接附议那一条。",
    ]


def standard_policy() -> str:
    """What is published of how suggestions are reviewed, a paragraph a line."""
    return (
        "建言先审后发，按收到的先后逐条审核，一般在一分钟内答复。\n"
        "一条建言只写一件事；一条里写了几件事的，退回作者拆开。\n"
        "与议题无关、用语激烈或者写有他人信息的，退回修改并说明理由；不另行改动作者的文字。\n"
        "意思相同的建言合并为一组：附议人数按人合计，不重复；作者和附议人会收到通知，认为不妥的可以请求拆分。\n"
        "每一步审核都写入公开日志，注明理由；任何一步都不删除原文。"
    )


def refuse_other_than_days(value: object) -> None:
    """Raise ValidationError where it is no list of at most twenty whole numbers of days, each within a year."""
    days = value if isinstance(value, list) else [None]
    if len(days) > 20 or not all(type(day) is int and abs(day) <= 365 for day in days):
        raise ValidationError(_("Write whole numbers of days in brackets, such as [-7, -1, 1, 7]."))


def standard_reminders() -> list[int]:
    """A week and a day before a referral is due, and a day, a week and a month after."""
    return [-7, -1, 1, 7, 30]


class RuleSet(models.Model):
    """The rules of taking part; a channel holds the defaults, each topic its own copy."""

    ideas = models.PositiveSmallIntegerField(
        _("ideas per member"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    length = models.PositiveIntegerField(
        _("characters per idea"), default=200, validators=[MinValueValidator(10), MaxValueValidator(5000)]
    )
    ballot = models.CharField(
        _("ballot"), max_length=12, choices=BallotKind.choices, default=BallotKind.SUPPORT
    )
    budget = models.PositiveSmallIntegerField(_("votes per member"), null=True, blank=True)
    tallies = models.CharField(
        _("counts are shown"), max_length=8, choices=Tallies.choices, default=Tallies.LIVE
    )
    premoderated = models.BooleanField(_("reviewed before publication"), default=True)
    anonymous = models.BooleanField(_("authors are not named"), default=False)
    rotated = models.BooleanField(_("every member has another order"), default=False)
    consensus_share = models.PositiveSmallIntegerField(
        _("consensus from so many per cent of those present"),
        default=50,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    consensus_sectors = models.PositiveSmallIntegerField(
        _("and from so many sectors"), default=3, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )

    class Meta:
        abstract = True


class Channel(RuleSet):
    """A form of consultation such as 微建言·献一计; `is_consultation` says whether it counts as 协商."""

    slug = models.SlugField(_("short name in addresses"), unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    is_consultation = models.BooleanField(_("counts as consultation"), default=True)
    reasons = models.JSONField(_("reasons for returning"), default=standard_reasons, blank=True)
    two_persons = models.BooleanField(
        _("a summary is signed by another person than who submits it"), default=True
    )
    policy = models.TextField(_("how suggestions are reviewed"), default=standard_policy, blank=True)
    categories = models.ManyToManyField(
        Category, related_name="channels", blank=True, verbose_name=_("its events count as")
    )
    referral_months = models.PositiveSmallIntegerField(
        _("months until a referral is due"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
    )
    extension_months = models.PositiveSmallIntegerField(
        _("months by which it may be put off, once"),
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(12)],
    )
    acceptance_days = models.PositiveSmallIntegerField(
        _("days in which it may be sent back as wrongly addressed"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    reminder_days = models.JSONField(
        _("days after the due date at which bodies are reminded (negative: before)"),
        default=standard_reminders,
        blank=True,
        validators=[refuse_other_than_days],
    )
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

"""User, Body and Membership: who may act, and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .enums import BodyKind, Gender, Role
from .names import pinyin_key, stroke_key

SORT_KEY_LENGTH = 400
SORT_KEYS = {"name_strokes": stroke_key, "name_pinyin": pinyin_key}


class User(AbstractBaseUser, PermissionsMixin):
    """A real-name account. `name_strokes` and `name_pinyin` order lists of people and may be corrected by hand."""

    username = models.CharField(
        _("username"), max_length=150, unique=True, validators=[UnicodeUsernameValidator()]
    )
    display_name = models.CharField(_("name"), max_length=80)
    phone = models.CharField(_("mobile phone"), max_length=20, null=True, blank=True, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    gender = models.CharField(_("gender"), max_length=10, choices=Gender.choices, blank=True)
    position = models.CharField(_("employer and position"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    name_strokes = models.CharField(_("stroke order key"), max_length=SORT_KEY_LENGTH, blank=True)
    name_pinyin = models.CharField(_("pinyin key"), max_length=SORT_KEY_LENGTH, blank=True)
    must_change_password = models.BooleanField(
        _("must choose a new password"),
        default=False,
        help_text=_("Set with a first password that somebody else has seen; cleared by choosing a new one."),
    )
    is_staff = models.BooleanField(_("may open the administration"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager[Self]] = UserManager()

    loaded_password: str | None = None
    """The password hash as the database had it; None for a user that was never stored or loaded without it."""

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["name_strokes", "id"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> User:
        """As Django does, remembering the password hash."""
        user = super().from_db(db, field_names, values, **kwargs)
        user.loaded_password = user.__dict__.get("password")
        return user

    def save(self, **kwargs: Any) -> None:
        """Store; sort keys that are blank are made from the name, others are kept."""
        made = [field for field, make in SORT_KEYS.items() if self._make_key(field, make)]
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *made}
        super().save(**kwargs)
        self.loaded_password = self.password

    def _make_key(self, field: str, make: Callable[[str], str]) -> bool:
        if getattr(self, field):
            return False
        setattr(self, field, make(self.display_name)[:SORT_KEY_LENGTH])
        return True

    def get_full_name(self) -> str:
        """The real name, as Django's own pages ask for it."""
        return self.display_name

    def get_short_name(self) -> str:
        """Chinese names have no short form; the same as the full one."""
        return self.display_name


class Body(models.Model):
    """A node of the tree of organisations. `path` is the ids from the root down, `/1/5/`, set on save."""

    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=24, choices=BodyKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("above")
    )
    path = models.CharField(max_length=200, editable=False, blank=True, db_index=True)
    position = models.PositiveIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "kind", "name"], name="one_body_per_name_and_kind"),
            # The one above lets equal roots through: to a database, no parent is never the same as no parent.
            models.UniqueConstraint(
                fields=["kind", "name"], condition=Q(parent__isnull=True), name="one_root_per_name_and_kind"
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Store, and set the path of this body and of all below it when it has moved."""
        super().save(*args, **kwargs)  # type: ignore[arg-type]
        above = self.parent.path if self.parent is not None else "/"
        path = f"{above}{self.pk}/"
        if path != self.path:
            self.path = path
            type(self).objects.filter(pk=self.pk).update(path=path)
            for child in self.children.all():
                child.parent = self
                child.save()

    @property
    def lineage(self) -> tuple[int, ...]:
        """Ids from the root down to this body, this one included."""
        return _lineage(self.path)


@lru_cache(maxsize=4096)
def _lineage(path: str) -> tuple[int, ...]:
    # Asked for every vote.
    return tuple(int(part) for part in path.split("/") if part)


class Membership(models.Model):
    """A user holds a role in a body from–until (dates, both inclusive), for a term such as 第十届."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("user"))
    body = models.ForeignKey(Body, models.PROTECT, related_name="memberships", verbose_name=_("body"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    term = models.CharField(_("term"), max_length=40, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["body", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "body", "role", "term"], name="one_membership_per_term"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(since__lte=F("until")),
                name="membership_begins_before_it_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.body} · {self.get_role_display()}"

    def save(self, **kwargs: Any) -> None:
        """Store, if the roles of the person allow it (raises ValidationError)."""
        self.clean()
        super().save(**kwargs)

    def clean(self) -> None:
        """Auditor and administrator exclude each other (raises ValidationError)."""
        from .roles import refuse_conflicting_roles

        # What is no role has an error of its own already.
        if self.role in Role.values:
            refuse_conflicting_roles(user_id=self.user_id, role=Role(self.role), ignoring=self.pk)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the membership is in force on that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

"""Django's administration of people and bodies. Day-to-day work never needs it."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import SORT_KEYS, Body, Membership, User
from .phones import mainland_mobile
from .searched import Searched

admin.site.site_header = _("Jianyan: administration")
admin.site.site_title = _("Jianyan")
admin.site.index_title = _("What there is")
# Through the site's own sign-in: rate limits and the second factor hold here too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# They show to administrators what belongs to members alone: the secret of a second factor, the key of a session.
admin.site.unregister((Authenticator, UserSession))


class PhoneMixin(forms.ModelForm):
    """A phone is stored as its eleven digits, or not at all."""

    def clean_phone(self) -> str | None:
        """The digits; raises ValidationError for anything but a mainland mobile number."""
        typed = self.cleaned_data["phone"]
        if not typed:
            return None
        phone = mainland_mobile(typed)
        if phone is None:
            raise ValidationError(_("This is not a mobile phone number of eleven digits."))
        return phone


class UserForm(PhoneMixin, UserChangeForm):
    """Somebody who has an account."""

    class Meta(UserChangeForm.Meta):
        model = User

    def clean(self) -> dict[str, Any] | None:
        """Let the sort keys of a corrected name be made anew, unless they were corrected by hand."""
        cleaned = super().clean() or self.cleaned_data
        for field, make in SORT_KEYS.items():
            automatic = self.initial.get(field) == make(self.initial.get("display_name", ""))
            if "display_name" in self.changed_data and field not in self.changed_data and automatic:
                cleaned[field] = ""
        return cleaned


class NewUserForm(PhoneMixin, AdminUserCreationForm):
    """Somebody new, with a password that must be changed at the first sign-in."""

    class Meta(AdminUserCreationForm.Meta):
        model = User
        fields = ("display_name", "phone", "username")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].required = False
        self.fields["username"].help_text = _("The mobile phone, if left empty.")

    def clean_username(self) -> str:
        """The phone, where nothing else was typed; raises ValidationError where there is neither, or it is taken."""
        username = self.cleaned_data["username"] or self.cleaned_data.get("phone") or ""
        if not username:
            raise ValidationError(_("A username or a mobile phone is needed for signing in."))
        if User.objects.filter(username=username).exists():
            raise ValidationError(_("This username is taken."))
        return username

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  Django's signature
        """Mark the password as one that two people know."""
        self.instance.must_change_password = self.cleaned_data["set_usable_password"]
        user: User = super().save(commit=commit)
        return user


class NewPasswordForm(AdminPasswordChangeForm):
    """A password that the administrator sets and therefore knows."""

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002  Django's signature
        """Mark it so."""
        self.user.must_change_password = self.cleaned_data["set_usable_password"]
        user: User = super().save(commit=commit)
        return user


class MembershipInline(Searched, admin.TabularInline):
    """Where somebody sits."""

    model = Membership
    extra = 0
    fields = ("body", "role", "term", "since", "until")
    autocomplete_fields = ("body",)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts. One that has posted or voted cannot be deleted, only deactivated."""

    form = UserForm
    add_form = NewUserForm
    change_password_form = NewPasswordForm
    list_display = ("display_name", "phone", "position", "is_active", "must_change_password", "last_login")
    list_filter = ("is_active", "must_change_password", "is_staff", "memberships__role", "memberships__body")
    search_fields = ("display_name", "phone", "username", "position", "name_pinyin")
    ordering = ("name_strokes", "id")
    readonly_fields = ("last_login", "date_joined")
    inlines = (MembershipInline,)
    actions = ("forget_second_factors",)
    fieldsets = (
        (None, {"fields": ("display_name", "gender", "phone", "email", "position", "note")}),
        (_("Signing in"), {"fields": ("username", "password", "must_change_password", "is_active")}),
        (_("Order in lists"), {"fields": ("name_strokes", "name_pinyin"), "classes": ("collapse",)}),
        (
            _("Administration"),
            {"fields": ("is_staff", "is_superuser", "groups", "user_permissions"), "classes": ("collapse",)},
        ),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "display_name",
                    "phone",
                    "username",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )

    def get_inlines(self, _request: HttpRequest, obj: User | None) -> Any:
        """Memberships come after the account itself."""
        return self.inlines if obj else ()

    @admin.action(description=_("Remove the second factor (phone or key lost)"), permissions=["change"])
    def forget_second_factors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Let these people sign in with their password alone, until they set up a second factor again."""
        those = list(people.filter(authenticator__isnull=False).distinct())
        Authenticator.objects.filter(user__in=those).delete()
        for person in those:
            self.log_change(request, person, [{"deleted": {"name": "authenticator", "object": str(person)}}])
        said = ngettext(
            "%(n)s person: second factor removed.", "%(n)s people: second factor removed.", len(those)
        )
        self.message_user(request, said % {"n": len(those)}, messages.SUCCESS)


@admin.register(Body)
class BodyAdmin(Searched, admin.ModelAdmin):
    """The tree of bodies."""

    list_display = ("name", "short_name", "kind", "parent", "position")
    list_filter = ("kind", "parent")
    search_fields = ("name", "short_name")
    autocomplete_fields = ("parent",)
    list_select_related = ("parent",)
    ordering = ("path", "position")


@admin.register(Membership)
class MembershipAdmin(Searched, admin.ModelAdmin):
    """Who holds what where."""

    list_display = ("user", "body", "role", "term", "since", "until")
    list_filter = ("role", "term", "body")
    search_fields = ("user__display_name", "user__phone", "body__name")
    autocomplete_fields = ("user", "body")
    date_hierarchy = "since"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """With both names, and in the order of people."""
        return (
            super().get_queryset(request).select_related("user", "body").order_by("user__name_strokes", "id")
        )

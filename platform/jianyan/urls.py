"""Every address of the site over HTTP."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from jianyan.appearance import set_appearance

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("jianyan.accounts.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("appearance/", set_appearance, name="appearance"),
    path("", include("realtime.urls")),
    path("", include("consultations.urls")),
]

handler400 = "consultations.views.refusals.bad_request"
handler403 = "consultations.views.refusals.forbidden"
handler404 = "consultations.views.refusals.not_found"
handler500 = "consultations.views.refusals.broken"

"""The addresses for machines that watch the site. They are answered before anything else looks at the request.

Before the host is checked, since a load balancer names an address; before the way to https, sessions and cookies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from ipaddress import IPv6Address, ip_address
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from jianyan import health, metrics

View = Callable[[HttpRequest], HttpResponse]


class ProbesMiddleware:
    """`/healthz`, `/readyz` and, for those who may see it, `/metrics`; to others that leads nowhere, as any address."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer a probe, or pass the request on."""
        view = PROBES.get(request.path_info)
        if view is None or (view is measured and not may_measure(request.META)):
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = view(request)
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response


def measured(_request: HttpRequest) -> HttpResponse:
    """Every number, as Prometheus reads them."""
    return HttpResponse(metrics.page(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def may_measure(meta: Mapping[str, Any]) -> bool:
    """Whether the request comes from one of METRICS_ALLOW."""
    try:
        address = ip_address(_asker(meta))
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in settings.METRICS_ALLOW)


def _asker(meta: Mapping[str, Any]) -> str:
    """The address that asks; empty where it is not known for certain.

    Stricter than where requests are counted: a proxy on this machine has an address that is allowed, so whoever came
    through one that was not announced, or around one that was, is nobody.
    """
    forwarded = meta.get("HTTP_X_FORWARDED_FOR")
    if forwarded is None:
        return str(meta.get("REMOTE_ADDR", ""))
    hops = [hop.strip() for hop in str(forwarded).split(",")]
    proxies: int = settings.TRUSTED_PROXY_COUNT
    return hops[-proxies] if 0 < proxies <= len(hops) else ""


PROBES: Mapping[str, View] = {"/healthz": health.alive, "/readyz": health.ready, "/metrics": measured}

"""People by the hundred, in a database that a test or a measurement fills. Import it once Django is set up."""

from __future__ import annotations

from jianyan.accounts.enums import Role
from jianyan.accounts.models import Body, Membership, User


def join(host: Body, username: str, role: Role) -> User:
    """Somebody new who holds that role in the body, and has no password."""
    # Not create_user: hashing hundreds of passwords that nobody types would take minutes.
    user = User.objects.create(username=username, display_name=username, password="!")
    Membership.objects.create(user=user, body=host, role=role)
    return user

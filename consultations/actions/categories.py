"""The standard categories: what the events of such a body usually count as in its year's report."""

from __future__ import annotations

from ..models import Category
from ..queries.categories import standard_names


def standard_categories() -> dict[str, Category]:
    """All categories by slug, after those of the standard that were not there have been made.

    One that an operator has renamed keeps its name; where the name is another category's already, that one stands.
    """
    known = list(Category.objects.all())
    slugs, names = {one.slug for one in known}, {one.name for one in known}
    missing = [
        Category(slug=slug, name=name, position=position)
        for position, (slug, name) in enumerate(standard_names(), 1)
        if slug not in slugs and name not in names
    ]
    # Two who begin at the same moment make the same ones.
    Category.objects.bulk_create(missing, ignore_conflicts=True)
    return {one.slug: one for one in Category.objects.all()}

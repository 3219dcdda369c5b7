"""The live topic of the domain's tests, for commands about topics."""

from tests.consultations.conftest import county, scene

__all__ = ["county", "scene"]

"""How static files are named and stored for production."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names that carry a hash of the content, also in the imports of ES modules, so that all may be cached for ever."""

    support_js_module_import_aggregation = True

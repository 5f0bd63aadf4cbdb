"""How static files are served in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class FingerprintedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it carries no types
    """One module names another by its fingerprint too: else browsers keep the old one after an update."""

    support_js_module_import_aggregation = True

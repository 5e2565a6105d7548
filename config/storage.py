"""Hashed static files, with the imports between our ES modules rewritten too."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class ModuleManifestStorage(ManifestStaticFilesStorage):
    """Django leaves module imports alone by default: a deploy would mix old and new modules."""

    support_js_module_import_aggregation = True
    # A page that asks for a file nobody collected should show itself, not an error page.
    manifest_strict = False

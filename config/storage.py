"""Hashed and compressed static files, with the imports between our ES modules rewritten too."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class ModuleManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # untyped
    """Django leaves module imports alone by default: a deploy would mix old and new modules."""

    support_js_module_import_aggregation = True
    # A page that asks for a file nobody collected should show itself, not an error page.
    manifest_strict = False

    def compress_files(self, paths: Iterable[str]) -> Any:
        """Brotli at its best is slow: only files that pages ask for, and only when they changed."""
        hashed = set(self.hashed_files.values())
        asked_for = (path for path in paths if path in hashed or path.startswith("basemap/"))
        return super().compress_files(path for path in asked_for if not self._is_compressed(path))

    def _is_compressed(self, path: str) -> bool:
        file = Path(self.path(path))
        packed = file.with_name(file.name + ".gz")
        return packed.exists() and packed.stat().st_mtime >= file.stat().st_mtime

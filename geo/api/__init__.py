"""The open API: OGC API - Features 1.0 over the public data. docs/api.md is its manual.

``parameters`` read what is asked, ``collections`` ask the querysets, ``paging`` cuts the page,
``documents`` and ``openapi`` describe it, ``answers`` put it on the wire, ``views`` join them.
"""

"""OZG-Katalog: what the portal means. Reading, drawing and finding live in the leaf packages.

`importers`, `map` and `search` know nothing of this package; it composes them.
"""

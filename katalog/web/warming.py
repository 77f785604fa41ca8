"""What the first reader of a map should not have to wait for."""

from __future__ import annotations

import gc

from katalog.web import sketches


def warm_up(folder: str) -> None:
    """Outlines and folium take a second to load, and stay for good."""
    from map.karte import render

    sketches.warm_up(folder)
    render({})
    # Looked through for garbage again and again, so much would cost 0.1 s each time.
    gc.freeze()

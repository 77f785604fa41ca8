"""Search engines behind one protocol; never import katalog."""

"""Readers of public file formats into plain records; never import katalog."""

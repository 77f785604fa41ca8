"""Outlines of areas and their drawing: a leaf library that knows nothing of the catalogue."""

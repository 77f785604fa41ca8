"""Looks after the pages that are stated: whether they answer, and who is asked if they do not."""

from katalog.linkcheck.rounds import Asking, Look, Runde, go_round, list_addresses, look

__all__ = ["Asking", "Look", "Runde", "go_round", "list_addresses", "look"]

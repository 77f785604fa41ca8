"""Coordination beside the single case: what councils decided and what became of it."""

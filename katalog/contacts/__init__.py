"""Who answers at a body: kept by its own people, and written to by those who use the same."""

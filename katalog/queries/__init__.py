"""Every SQL statement of the portal. Functions take a session and values and return values."""

"""The starting set: files that people edit, brought in by the portal's own front door."""

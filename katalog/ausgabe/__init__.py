"""What leaves the portal as data: which fields a thing has, and the files they are written to."""

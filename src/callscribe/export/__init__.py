"""A transcript as a file: one small writer a format."""

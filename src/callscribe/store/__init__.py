"""PostgreSQL and the media folder: what is kept of a call."""

"""Uploaded files: what they are, their audio as a stream, windows cut at silences, a copy a browser can play."""

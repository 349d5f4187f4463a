"""Servers of language models, and how they are asked."""

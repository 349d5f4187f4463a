"""CallScribe: recorded calls in; transcripts, summaries, decisions and action items with evidence out."""

__version__ = "0.1.0"

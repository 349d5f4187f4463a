"""CallScribe: recorded calls in; transcripts, summaries, decisions and action items with evidence out."""

import os

__version__ = "0.1.0"

# Nothing about a call leaves this machine unasked, not even that there is one: onnxruntime reports its use to its maker
# unless it finds this when it is imported.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

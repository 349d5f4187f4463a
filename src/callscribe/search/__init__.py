"""Search over all calls, with Russian and English morphology."""

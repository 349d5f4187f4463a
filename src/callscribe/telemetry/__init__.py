"""What an operator sees of a process: metrics, logs, traces. Nothing of a call's content is in any of them."""

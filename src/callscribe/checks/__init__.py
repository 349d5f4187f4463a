"""Whether each part of the service is there: for `callscribe doctor` and `/health/ready`."""

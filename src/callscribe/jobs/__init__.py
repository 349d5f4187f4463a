"""The queue: jobs as rows of PostgreSQL, how they move a call along, and how a worker hears of them."""

"""The queue: jobs as rows of PostgreSQL, and how a worker hears of them."""

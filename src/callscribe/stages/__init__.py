"""The steps of a call's way, one function each, over ports; none of them knows the database."""

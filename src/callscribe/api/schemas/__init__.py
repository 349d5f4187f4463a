"""What the API takes and gives: the service's words, for clients too. Importing it needs nothing but Pydantic."""

"""GraphQL over HTTP: requests read, answers written, headers that browsers heed."""

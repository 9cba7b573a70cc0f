"""GraphQL over WebSocket: sockets, what is said on them, and events for many at once."""

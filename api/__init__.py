"""The edge: HTTP and WebSocket, the processes, the command line."""

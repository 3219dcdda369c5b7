"""Simulated members: WebSocket clients that take part in topics as people do, or as fast as they are told to."""

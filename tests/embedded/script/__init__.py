"""Requests that the real API server and the embedded cluster must answer alike, and the recorded answers."""

"""Answers to requests: discovery, reads, writes, watches and access reviews."""

"""This process itself: threads, limits and hardening, owners of files. Imports nothing of ours."""

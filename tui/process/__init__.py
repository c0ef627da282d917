"""Threads, files and hardening of this process. This package imports no other package of the program."""

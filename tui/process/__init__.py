"""Threads, files and hardening of this process. Imports no other package of the program."""

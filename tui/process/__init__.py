"""Threads, limits and hardening of this process, owners of files. Imports no other package of the program."""

"""This process: threads, limits and hardening, owners of files. Imports no other package of the program."""

"""The commands of the browser: a file for each group, a method `run_<id>` for each command."""

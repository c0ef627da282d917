"""What each container of a pod gets: its variables and files, with their sources."""

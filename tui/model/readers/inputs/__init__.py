"""Variables and files of each container of a pod, with their sources."""

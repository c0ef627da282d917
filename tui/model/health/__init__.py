"""What is wrong with the Secrets of a namespace or a cluster and with their readers; pure."""

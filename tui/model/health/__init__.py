"""Problems of the Secrets of a namespace or a cluster and of their readers; pure."""

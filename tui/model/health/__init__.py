"""Problems of Secrets and of the objects that read them, in a namespace or in the cluster."""

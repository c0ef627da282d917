"""Why a pod does not start, and what is wrong in a namespace or a cluster."""

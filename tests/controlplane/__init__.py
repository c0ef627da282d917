"""A real control plane for tests: kube-apiserver, etcd and kube-controller-manager on loopback."""

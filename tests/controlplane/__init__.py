"""A real control plane for tests: kube-apiserver and etcd on loopback."""

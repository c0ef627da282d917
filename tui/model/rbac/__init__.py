"""RBAC rights of the user, as the API's access reviews report them."""

"""Objects as the embedded server stores and checks them."""

"""The browser, which is the main screen: namespaces, the list of Secrets, one Secret."""

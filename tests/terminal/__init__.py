"""What guards the terminal: its checks, the crash guard, the clipboard, where files lie."""

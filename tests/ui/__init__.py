"""The screens under Textual's Pilot, on an embedded cluster over loopback."""

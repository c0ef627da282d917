"""Access to the computer on which the program runs.

This includes the clipboard, signals, and the files with settings and journal. The
package also finds recorders and tmux clients that can see the terminal.
"""

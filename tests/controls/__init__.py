"""Controls: each breaks one promise of the program and expects a test to fail.

`python -m tests.controls [WORD...]` runs them. A test that passes without the promise guards nothing. The
promises are those of docs/promises.md; each file here names its own in its first line. To add a control, add
an entry to one of them.

Importing this package breaks what the environment names: in the pytest of a control, and in the programs that
its test starts.
"""

import os

if "CONTROL_OF_TESTS" in os.environ:
    from tests.controls.all_controls import by_name
    from tests.controls.control import apply

    apply(by_name(os.environ["CONTROL_OF_TESTS"]))

"""Row 6: random interleavings, each database by a child process, since they need Django in the process that draws them."""

from __future__ import annotations

import subprocess
import sys

from tests.faults.rig import DAPHNE, Case, Outcome, Row, stage
from tests.servers import ROOT


def interleaved(case: Case) -> Outcome:
    """Run `tests.faults.interleavings` on a database of its own; what it finds is told in its last words."""
    examples, steps = case.pick(short=5, long=60), case.pick(short=30, long=50)
    with stage(case) as here:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.faults.interleavings"),
                *("--examples", str(examples), "--steps", str(steps)),
            ],
            env=here.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return Outcome(faults=[(done.stdout + done.stderr)[-4000:]])
    return Outcome(acknowledged=int(done.stdout), notes=[f"{examples} runs of {steps} steps"])


# No server has a part in it: the processes are played.
INTERLEAVED = Row(6, "random interleavings of actions and clients", interleaved, servers=(DAPHNE,))

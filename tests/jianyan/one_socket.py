"""`jianyan`, as it is where the system spreads nothing over several sockets: all workers listen on one."""

from __future__ import annotations

from jianyan.__main__ import main
from jianyan.commands import listening

if __name__ == "__main__":
    listening.BALANCED = False
    main()

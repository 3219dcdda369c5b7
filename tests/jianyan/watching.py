"""What the tests of metrics, health and logs share: reading Prometheus' text, and a site's log."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from time import monotonic
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.processes import DEADLINE
from tests.servers import Site


class Numbers:
    """What a page of metrics says."""

    def __init__(self, page: str) -> None:
        families = list(text_string_to_metric_families(page))
        self.samples = [sample for family in families for sample in family.samples]

    def sum(self, name: str, **labels: str) -> float:
        """The sum of the samples of that name that carry these labels; 0 where there are none."""
        return sum(
            sample.value
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def labels(self, name: str, label: str) -> set[str]:
        """The values of a label of the samples of that name."""
        return {sample.labels[label] for sample in self.samples if sample.name == name}


def log_lines(site: Site) -> list[dict[str, Any]]:
    """The lines of a site that logs as JSON, but for what it says on standard output when it begins."""
    _greeting, *lines = (line for line in site.log.read_text().splitlines() if "asyncio" not in line)
    return [json.loads(line) for line in lines]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold; asked again and again, for as long as anything may take."""
    pause = threading.Event()
    deadline = monotonic() + DEADLINE
    while not (held := holds()) and monotonic() < deadline:
        pause.wait(0.05)
    return held

"""Memory, processor time and open files of every process of the site, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from prometheus_client import ProcessCollector
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector


class Processes(Collector):
    """`process_*` as every Prometheus client has them, with the label `pid`. Nothing where there is no /proc."""

    def __init__(self, pids: Iterable[int]) -> None:
        self._pids = pids

    def collect(self) -> Iterable[Metric]:
        """One family for each measure, one sample for each process that runs."""
        families: dict[str, Metric] = {}
        for pid in self._pids:
            for metric in ProcessCollector(pid=partial(int, pid), registry=None).collect():
                family = families.setdefault(
                    metric.name, Metric(metric.name, metric.documentation, metric.type)
                )
                for sample in metric.samples:
                    family.add_sample(sample.name, {**sample.labels, "pid": str(pid)}, sample.value)
        return families.values()

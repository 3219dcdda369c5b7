"""An index of thousands of suggestions: how long a question takes, how long a change, and what the index occupies."""

from __future__ import annotations

import gc
import random
import statistics
import tracemalloc
from collections.abc import Callable
from functools import partial
from time import process_time
from typing import Any

from consultations.similarity import Index
from tests.evaluation.labelled import pairs, texts_of, topics

SUGGESTIONS = 5_000
QUESTIONS = 500


def made(count: int, seed: int = 1) -> dict[int, str]:
    """So many suggestions, each of sentences of two real ones: no two alike, words as common as in real ones."""
    real = [text for topic in topics() for text in topic.texts] + list(texts_of(pairs()).values())
    chance = random.Random(seed)
    sentences = [sentence for text in real for sentence in text.replace("！", "。").split("。") if sentence]
    return {number: "。".join(chance.sample(sentences, 2)) + f"，{number}号。" for number in range(count)}


def similar() -> dict[str, Any]:
    """Milliseconds of CPU of a question (median and 99 %) and of a change; MiB of the index; seconds to build it."""
    texts = made(SUGGESTIONS)
    tracemalloc.start()
    index = Index.from_texts(texts)
    gc.collect()
    mebibytes = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    begun = process_time()
    Index.from_texts(texts)
    build = process_time() - begun
    questions = list(made(QUESTIONS, seed=2).values())
    asking = [_milliseconds(partial(index.nearest, text)) for text in questions]
    changing = [_milliseconds(partial(index.add, number, texts[number])) for number in range(QUESTIONS)]
    return {
        "suggestions": SUGGESTIONS,
        "question_ms": statistics.median(asking),
        "question_p99_ms": statistics.quantiles(asking, n=100)[-1],
        "change_ms": statistics.median(changing),
        "build_seconds": build,
        "mebibytes": mebibytes,
    }


def _milliseconds(what: Callable[[], object]) -> float:
    begun = process_time()
    what()
    return (process_time() - begun) * 1000

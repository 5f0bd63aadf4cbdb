"""What was asked for, by whom and what came of it; never a token."""

from collections import Counter, deque

from spotweb.sandbox.core.messages import JsonObject

SIZE = 20_000


class RequestLog:
    def __init__(self) -> None:
        self.entries: deque[JsonObject] = deque(maxlen=SIZE)
        self.by_operation: Counter[str] = Counter()
        self.by_status: Counter[str] = Counter()
        self.total = 0

    def add(self, entry: JsonObject) -> None:
        self.entries.append(entry)
        self.by_operation[str(entry["operation"])] += 1
        self.by_status[str(entry["status"])] += 1
        self.total += 1

    def clear(self) -> None:
        self.entries.clear()
        self.by_operation.clear()
        self.by_status.clear()
        self.total = 0

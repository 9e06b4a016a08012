"""How a measurement is said: rates, the ratio, and what was wrong."""

import os
import platform
from dataclasses import dataclass
from typing import Self

from bench.driver import Load


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the report."""

    what: str
    where: str
    product: str
    floor: str
    ratio: str
    wrong: int
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, what: str, database: str, connections: int, product: Load, floor: Load) -> Self:
        """Compare two loads by right answers per second."""
        ratio = product.per_second / floor.per_second if floor.per_second else 0.0
        return cls(
            what,
            f"{database}, {connections} connection{'s' if connections > 1 else ''}",
            f"{product.per_second:.0f}/s, p95 {product.percentile(95):.1f} ms",
            f"{floor.per_second:.0f}/s, p95 {floor.percentile(95):.1f} ms",
            f"{ratio:.2f}",
            product.wrong + floor.wrong,
            (*product.faults, *floor.faults),
        )

    @classmethod
    def plain(cls, what: str, where: str, product: str, floor: str, ratio: float) -> Self:
        """State a comparison of two durations or sizes."""
        return cls(what, where, product, floor, f"{ratio:.2f}", 0)


def table(rows: list[Row]) -> str:
    """Return the report as a Markdown table, faults below it."""
    lines = [f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, Linux.", ""]
    lines += ["| what | where | product | floor | ratio | wrong |", "|---|---|---|---|---|---|"]
    lines += [f"| {r.what} | {r.where} | {r.product} | {r.floor} | {r.ratio} | {r.wrong} |" for r in rows]
    faults = [f"- **{row.what}, {row.where}**: {fault}" for row in rows for fault in row.faults]
    return "\n".join([*lines, "", *(faults or ["No wrong, lost or doubled answer."])])

"""คำนวณน้ำหนัก: multinomial logistic regression on sparse rows, by L-BFGS. No chance is in it.

numpy comes with the tools for tests; the program that serves people does not need it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Places = NDArray[np.int64]
Slope = Callable[[Numbers], tuple[float, Numbers]]

_BLOCK = 400
_REMEMBERED = 8
_GOOD_ENOUGH = 1e-6


@dataclass(frozen=True)
class Rows:
    """แถวที่ส่วนใหญ่เป็นศูนย์: row r holds values[starts[r]:starts[r + 1]] at these columns."""

    starts: Places
    columns: Places
    values: Numbers
    width: int

    def turned(self) -> "Rows":
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.columns, kind="stable")
        counts = np.bincount(self.columns, minlength=self.width)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        return Rows(starts, rows[order], self.values[order], len(self.starts) - 1)

    def times(self, weights: Numbers) -> Numbers:
        out = np.zeros((len(self.starts) - 1, weights.shape[1]), np.float32)
        for first in range(0, len(out), _BLOCK):
            starts = self.starts[first : first + _BLOCK + 1]
            inside = slice(starts[0], starts[-1])
            filled = starts[1:] > starts[:-1]
            if filled.any():
                parts = weights[self.columns[inside]] * self.values[inside, None]
                out[first : first + _BLOCK][filled] = np.add.reduceat(
                    parts, (starts[:-1] - starts[0])[filled]
                )
        return out


def fit_weights(rows: Rows, targets: Numbers, *, ridge: float, rounds: int) -> tuple[Numbers, Numbers]:
    """Return the weights (column by category) and the bias that make the targets likeliest."""
    turned = rows.turned()
    count, categories = targets.shape
    split = rows.width * categories

    def slope(point: Numbers) -> tuple[float, Numbers]:
        weights = point[:split].reshape(rows.width, categories)
        shares = softmax(rows.times(weights) + point[split:])
        loss = -float((targets * np.log(shares + 1e-12)).sum()) / count
        missed = (shares - targets) / np.float32(count)
        downhill = turned.times(missed) + np.float32(ridge) * weights
        return loss + ridge / 2 * float((weights * weights).sum()), np.concatenate(
            [downhill.ravel(), missed.sum(0)]
        )

    point = _descend(slope, np.zeros(split + categories, np.float32), rounds)
    return point[:split].reshape(rows.width, categories), point[split:]


def softmax(scores: Numbers) -> Numbers:
    """Turn scores into shares that add up to 1 in each row."""
    parts = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(parts / parts.sum(1, keepdims=True), np.float32)


def _descend(slope: Slope, point: Numbers, rounds: int) -> Numbers:
    value, gradient = slope(point)
    memory: list[tuple[Numbers, Numbers]] = []
    for _ in range(rounds):
        heading = _heading(gradient, memory)
        length = 1.0
        new_value, new_gradient = slope(point + heading)
        while new_value > value + 1e-4 * length * float(gradient @ heading) and length > _GOOD_ENOUGH:
            length /= 2
            new_value, new_gradient = slope(point + np.float32(length) * heading)
        step = np.float32(length) * heading
        bend = new_gradient - gradient
        if float(step @ bend) > 1e-12:
            memory = [*memory[-(_REMEMBERED - 1) :], (step, bend)]
        point = point + step
        if abs(value - new_value) < _GOOD_ENOUGH * abs(value):
            break
        value, gradient = new_value, new_gradient
    return point


def _heading(gradient: Numbers, memory: list[tuple[Numbers, Numbers]]) -> Numbers:
    """Nocedal's two loops: the gradient, straightened by what the last steps told about the bends."""
    heading = -gradient
    if not memory:
        return heading / np.float32(np.linalg.norm(gradient))
    pulls = []
    for step, bend in reversed(memory):
        pull = (step @ heading) / (bend @ step)
        heading = heading - np.float32(pull) * bend
        pulls.append(pull)
    step, bend = memory[-1]
    heading = heading * np.float32((step @ bend) / (bend @ bend))
    for (step, bend), pull in zip(memory, reversed(pulls), strict=True):
        heading = heading + step * np.float32(pull - (bend @ heading) / (bend @ step))
    return heading

"""Tests for implementations of scores and samplers of Gaussian mixtures.

>>> import verimix
>>> from verimix.testing import assert_score_close
>>> mixture = verimix.instance("over2")
>>> report = assert_score_close(lambda x, t: mixture.score(x, t), mixture, t=0.1)
>>> report.worst <= 1
True
>>> assert_score_close(lambda x, t: -mixture.score(x, t), mixture, t=0.1)  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
AssertionError: the score is wrong at 28 of 28 points (t = 0.1, float64)
...
likely mistake: the sign is wrong
"""
from .points import telling_points
from .sampler import assert_sampler
from .score import ScoreReport, ScoreTruth, assert_score_close

__all__ = ["ScoreReport", "ScoreTruth", "assert_sampler", "assert_score_close", "telling_points"]

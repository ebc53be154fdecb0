"""Inherited suites: what every strategy, store or seat of a kind must keep, whoever wrote it."""

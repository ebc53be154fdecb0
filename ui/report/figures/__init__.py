"""The figures of a report: each draws findings as SVG or as a table, with a sentence for who cannot see it."""

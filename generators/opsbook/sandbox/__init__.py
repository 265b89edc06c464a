"""Commands of runbooks, run where they can do no harm: walls, fixtures, doubles, trials."""

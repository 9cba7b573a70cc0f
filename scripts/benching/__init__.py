"""How fast it is: each case beside a ceiling that is measured in the same run (scripts/bench)."""

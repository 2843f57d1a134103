from html import escape

from starlette.responses import Response

_PAGE = """\
<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} - Candour</title>
<style>
:root {{ color-scheme: light dark; --ink: #0b0c0c; --paper: #ffffff; --link: #12436d; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #ffffff; --paper: #0e1117; --link: #6fb1ea; }} }}
body {{ margin: 0; color: var(--ink); background: var(--paper);
  font: 1.125rem/1.5 "Source Sans Pro", system-ui, sans-serif; }}
header {{ border-bottom: 0.25rem solid var(--link); padding: 0.75rem 1.5rem; font-weight: 700; }}
main {{ max-width: 38rem; padding: 2rem 1.5rem; }}
h1 {{ font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; }}
a {{ color: var(--link); text-underline-offset: 0.2em; }}
a.button {{ display: inline-block; padding: 0.6rem 1.2rem; color: var(--paper); background: var(--link);
  text-decoration: none; font-weight: 700; }}
a:focus-visible {{ outline: 0.2rem solid #ffdd00; outline-offset: 0.15rem; }}
</style>
</head>
<body>
<header>Candour</header>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def notice(title: str, *sentences: str, link: tuple[str, str] | None = None) -> bytes:
    body = [f"<p>{escape(sentence)}</p>" for sentence in sentences]
    if link is not None:
        address, words = link
        body.append(f'<p><a class="button" href="{escape(address, quote=True)}">{escape(words)}</a></p>')
    return _PAGE.format(title=escape(title), body="\n".join(body)).encode()


def say(status: int, title: str, *sentences: str, link: tuple[str, str] | None = None) -> Response:
    return Response(notice(title, *sentences, link=link), status, media_type="text/html; charset=utf-8")


def crossed() -> Response:
    return say(403, "Not from another site", "Open Candour itself, and do this there.", link=("/", "Open"))

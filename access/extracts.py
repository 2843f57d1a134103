"""The way in for the files of data stewards: a form without a script, and where it sends to."""

from dataclasses import dataclass
from functools import partial
from html import escape

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope

from access.responses import page, say
from access.roles import Permission
from access.services import Services, patiently
from access.uploads import AROUND, TOO_MUCH, at_most, too_much
from data.errors import UserError
from data.record import Kind
from data.spool import Spool

SEND = "/send"
DATA = "/data"
AGAIN = (SEND, "Choose a file")


@dataclass(frozen=True)
class Sending:
    """One request of a visit that may send extracts."""

    services: Services
    token: str
    spool: Spool

    @property
    def most(self) -> int:
        """Bytes of a request."""
        return (self.services.settings.upload_megabytes << 20) + AROUND

    def form(self) -> Response:
        megabytes = self.services.settings.upload_megabytes
        return page(
            200,
            "Send an extract",
            f"<p>A CSV, XLSX or Parquet file of at most {megabytes:,} MB. Nothing is loaded yet: first you "
            "see what it would change.</p>"
            f'<form method="post" action="{SEND}" enctype="multipart/form-data">'
            '<p><label for="file">The file</label></p>'
            '<p><input id="file" name="file" type="file" accept=".csv,.tsv,.txt,.xlsx,.parquet" required></p>'
            '<p><button class="button" type="submit">Send</button></p></form>'
            f'<p><a href="{escape(DATA)}">Go back to Data</a></p>',
        )

    async def take(self, scope: Scope, receive: Receive) -> Response:
        """Take a file in whole, or refuse it and keep nothing."""
        asked = HTTPConnection(scope)
        if problem := self._too_much(asked):
            return problem
        if "boundary=" not in asked.headers.get("content-type", ""):
            return say(400, "No file came", "Send it with the form.", link=AGAIN)
        try:
            async with Request(scope, at_most(receive, self.most)).form(max_files=1, max_fields=0) as form:
                file = form.get("file")
                if not isinstance(file, UploadFile) or not file.filename or not file.size:
                    return say(400, "No file came", "Choose a file that is not empty.", link=AGAIN)
                await patiently(partial(self._store, file))
        # Of a body that is no form the parser raises an error of values.
        except (HTTPException, MultiPartException, ValueError, ClientDisconnect):
            return say(400, "The file did not come whole", "Nothing of it stayed. Send it again.", link=AGAIN)
        except UserError as refused:
            return say(409, "The file was not taken", str(refused), link=(DATA, "Go to Data"))
        return RedirectResponse(f"{DATA}?load_part=Load+a+file", 303)

    def _too_much(self, asked: HTTPConnection) -> Response | None:
        status = too_much(asked, self.most)
        if status == TOO_MUCH:
            limit = f"A file may have {self.services.settings.upload_megabytes:,} MB."
            return say(status, "Too large", limit, "Ask whoever runs Candour to load it.", link=AGAIN)
        if status:
            return say(status, "No length", "Your browser did not say how long the file is.", link=AGAIN)
        return None

    def _store(self, file: UploadFile) -> None:
        visit = self.services.visit(self.token)
        session = visit.require(Permission.SEND_EXTRACTS, "a file to load")
        with self.spool.receiving(file.filename or "", session.who, session.role) as stored:
            while part := file.file.read(1 << 20):
                stored.write(part)
            size = stored.tell()
            # Written down before the job can be seen, so that none is there without its entry.
            visit.note(Kind.ADMINISTRATION, f"extract of {size:,} bytes sent to be loaded")

"""A client of the HTTP API of a Grid cluster, or of ``grid serve``. It needs only Python 3.9 and this file.

    from grid_client import Grid
    grid = Grid("http://localhost:8080", token="...")      # or GRID_URL and GRID_TOKEN in the environment
    sweep = grid.submit("examples/quickstart.yaml")
    grid.wait(sweep)
    rows = grid.curve_rows(sweep)                          # pandas.DataFrame(rows) is a table

docs/api.md describes the documents; their names are those that ``grid --json`` and ``gridctl --json`` write.
"""

import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["Grid", "GridError"]


class GridError(Exception):
    """What was asked for cannot be done; the message is one line that says why."""

    def __init__(self, status, detail):
        super().__init__(detail)
        #: The HTTP status: 401 not signed in, 403 not allowed, 404 no such sweep, 422 a wrong sweep file, 503 ask again later.
        self.status = status


class Grid:
    """One cluster, or one folder of results."""

    def __init__(self, url=None, token=None, certificate=None, key=None, authority=None, timeout=60):
        """
        url: where it is; by default GRID_URL, else http://localhost:8080
        token: yours, or the access token of your OpenID Connect provider; by default GRID_TOKEN
        certificate, key, authority: files in PEM, where the cluster knows people by certificates
        timeout: seconds to wait for an answer
        """
        self.url = (url or os.environ.get("GRID_URL") or "http://localhost:8080").rstrip("/")
        self.token = token or os.environ.get("GRID_TOKEN")
        self.timeout = timeout
        self.context = None
        if certificate or authority:
            self.context = ssl.create_default_context(cafile=authority)
            if certificate:
                self.context.load_cert_chain(certificate, key)

    # What there is.

    def sweeps(self):
        """Every sweep, the newest first: a list of dictionaries with id, state, cells, done, failed and so on."""
        return self._json("sweeps")["sweeps"]

    def status(self, sweep):
        """The progress of a sweep: how far it is, which workers run it, what failed, and which actions are possible."""
        return self._json(self._of(sweep))

    def cells(self, sweep, status=None, attack=None, defense=None, page=1000):
        """The cells of a sweep one after the other, fetched page by page."""
        begin, total = 0, None
        while total is None or begin < total:
            answer = self._json(self._of(sweep, "cells"), count=page, status=status, attack=attack, defense=defense, **{"from": begin})
            total = answer["total"]
            if not answer["cells"]:
                return
            yield from answer["cells"]
            begin += len(answer["cells"])

    def curves(self, sweep, metric=None, attack=None, defense=None):
        """Security evaluation curves: dictionaries with the names of a curve, its check and its points."""
        return self._json(self._of(sweep, "curves"), metric=metric, attack=attack, defense=defense)["curves"]

    def curve_rows(self, sweep, **filters):
        """The points of all curves as flat rows, such as pandas.DataFrame takes."""
        rows = []
        for curve in self.curves(sweep, **filters):
            names = {k: v for k, v in curve.items() if k != "points"}
            rows.extend({**names, **point} for point in curve["points"])
        return rows

    def cell_rows(self, sweep, **filters):
        """Cells as flat rows, with a column for each measurement instead of its counts."""
        for cell in self.cells(sweep, **filters):
            measured = cell.pop("measurements")
            yield {**cell, **{name: m["value"] for name, m in measured.items()}}

    def friends(self, sweep):
        """The FRIENDS grid; empty if the sweep has none."""
        return self._json(self._of(sweep, "friends"))["friends"]

    def checks(self, sweep):
        """The verdicts of the rules of sound evaluation, the worst first, and the texts of these rules."""
        return self._json(self._of(sweep, "checks"))

    def compare(self, sweep, other=None, defense=None, against=None):
        """The sweep and another one, or two defenses of it, paired by sample: B less A with intervals and McNemar's p. Name either
        other, or defense and against."""
        return self._json(self._of(sweep, "compare"), other=other, defense=defense, **{"with": against})

    def spec(self, sweep):
        """The sweep file."""
        return self._ask("GET", self._of(sweep, "spec")).decode()

    def workers(self):
        """The workers, their devices, and what each of them does."""
        return self._json("workers")["workers"]

    def table(self, sweep, name="cells", format="csv"):
        """The bytes of a table: cells, curves or friends; csv or parquet."""
        return self._ask("GET", self._of(sweep, f"{name}.{format}"))

    # What changes something.

    def submit(self, file=None, text=None):
        """Starts a sweep from a file or from its text, and returns its id. The same cells are the same sweep."""
        if text is None:
            with open(file, encoding="utf-8") as stream:
                text = stream.read()
        name = os.path.basename(file) if file else "sweep.yaml"
        body = self._ask("POST", "sweeps", body=text.encode(), type="application/yaml", file=name)
        return json.loads(body)["sweep"]

    def pause(self, sweep):
        """Starts no more cells; running ones go on."""
        return self._act(sweep, "pause")

    def resume(self, sweep):
        """Continues a sweep that was paused, stopped or cancelled."""
        return self._act(sweep, "resume")

    def stop(self, sweep):
        """Ends a sweep once its running cells are finished."""
        return self._act(sweep, "stop")

    def cancel(self, sweep):
        """Ends a sweep now; finished cells are kept."""
        return self._act(sweep, "cancel")

    def retry(self, sweep):
        """Runs the failed cells again."""
        return self._act(sweep, "retry")

    def events(self, sweep):
        """The events of a sweep as they happen: pairs of a word (status or lost) and its data; ends with the sweep."""
        with self._open("GET", self._of(sweep, "events")) as stream:
            event, data = "", []
            for line in stream:
                line = line.decode().rstrip("\r\n")
                if line.startswith("event:"):
                    event = line[6:].strip()
                elif line.startswith("data:"):
                    data.append(line[5:].lstrip())
                elif not line:
                    if event == "end":
                        return
                    if event and event != "beat":
                        yield event, json.loads("\n".join(data))
                    event, data = "", []

    def wait(self, sweep, progress=None):
        """Waits until a sweep is over, and returns its last status. progress is called with each status meanwhile."""
        status = self.status(sweep)
        while True:
            try:
                for event, said in self.events(sweep):
                    if event == "status":
                        status = said
                        if progress:
                            progress(status)
            except OSError:
                pass  # The connection was lost: asked again below, which says so if the cluster stays away.
            status = self.status(sweep)
            if status["sweep"]["state"] in ("finished", "cancelled", "stopped"):
                return status

    # How requests are made.

    @staticmethod
    def _of(sweep, *more):
        return "/".join(["sweeps", urllib.parse.quote(sweep, safe=""), *more])

    def _act(self, sweep, action):
        return json.loads(self._ask("POST", self._of(sweep, action), body=b""))

    def _json(self, path, **query):
        return json.loads(self._ask("GET", path, **query))

    def _ask(self, method, path, body=None, type=None, **query):
        with self._open(method, path, body, type, **query) as answer:
            return answer.read()

    def _open(self, method, path, body=None, type=None, **query):
        given = {k: v for k, v in query.items() if v is not None}
        url = f"{self.url}/api/v1/{path}" + (f"?{urllib.parse.urlencode(given)}" if given else "")
        request = urllib.request.Request(url, data=body, method=method)
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if type:
            request.add_header("Content-Type", type)
        try:
            return urllib.request.urlopen(request, timeout=self.timeout, context=self.context)
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode(errors="replace")
            try:
                detail = json.loads(text).get("detail") or error.reason
            except ValueError:
                detail = error.reason
            raise GridError(error.code, detail) from None


def main(arguments):
    """python3 grid_client.py [SWEEP]: lists all sweeps, or shows the progress of one."""
    grid = Grid()
    try:
        if arguments:
            print(json.dumps(grid.status(arguments[0]), indent=2))
        else:
            for s in grid.sweeps():
                print(f"{s['id']}  {s['state']}  {s['done']} of {s['cells']} done, {s['failed']} failed")
    except (GridError, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])

"""Built pages in a real browser: headless Chromium, spoken to over a pipe (the DevTools protocol), with Python alone.

One browser for all pages. It reaches a server of ours, which serves the built site, and nothing else: any other
request is refused and noted. What a page did that only a script can do is noted too.
"""
import base64
import fcntl
import functools
import http.server
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
# Asked for by the scripts of hostile records (hostile.py), which also set window.pwned and the title.
HIT = "/canary-hit"
PAGE_SECONDS = 40
RUN_SECONDS = 1.5

# What stands in each block of code, as textContent has it but for line ends that highlighters make of elements.
LOOK = """(async () => {
  const pictures = [...document.images];
  pictures.forEach(picture => { picture.loading = 'eager'; });
  await Promise.all(pictures.map(picture => picture.decode().catch(() => 0)));
  const aside = ['headerlink', 'header-anchor', 'hash-link', 'sr-only'];
  const text = node => [...node.childNodes].map(child =>
    child.nodeType === 3 ? child.data : child.nodeType !== 1 ? '' : child.tagName === 'BR' ? '\\n' :
    aside.some(name => child.classList.contains(name)) ? '' :
    child.classList.contains('ec-line') ? text(child).replace(/\\n?$/, '\\n') : text(child)).join('');
  return {
    title: document.title, address: location.pathname, pwned: window.pwned === undefined ? null : String(window.pwned),
    codes: [...document.querySelectorAll('pre')].map(pre =>
      text(pre.querySelector('td.code pre, td.code, code') || pre)),
    broken: pictures.filter(picture => !picture.naturalWidth).map(picture => picture.src.slice(0, 200)),
    frames: [...document.querySelectorAll('iframe, frame, object, embed')].map(frame => frame.outerHTML.slice(0, 200)),
  };
})()"""


class Served(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        if self.path.startswith(HIT):
            self.server.hits.append(self.path)
        super().do_GET()

    do_POST = do_GET

    def log_message(self, *_):
        pass


class Seen:
    """What LOOK said; `bad`: all that the page did and no page of ours may do; `broken`: pictures that were not drawn."""

    def __init__(self, what, bad):
        self.title, self.codes, self.broken = what["title"], what["codes"], what["broken"]
        self.bad = bad


class Browser:
    def __init__(self, root, outside=(), quiet_seconds=0.05):
        """`root`: the folder of the built site. `outside`: starts of addresses that the site's theme asks for by itself;
        they are refused and not held against a page. `quiet_seconds`: a page is done when it has done nothing for so long."""
        if not PROGRAM:
            raise AssertionError("Chromium is not installed: make deps-sites")
        self.outside, self.quiet_seconds, self.number, self.events = tuple(outside), quiet_seconds, 0, []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Served, directory=root))
        self.server.hits = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.profile = tempfile.mkdtemp(prefix="aitia-chromium-")
        # Chromium reads descriptor 3 and writes 4. These pipes are opened first, so that nothing that Popen
        # opens has those numbers.
        its_in, self.out = os.pipe()
        self.into, its_out = os.pipe()
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 20) for fd in (its_in, its_out)]

        def to_three_and_four():
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)
        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--disable-extensions",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio", "--hide-scrollbars",
             "--disable-dev-shm-usage", "--window-size=1280,900", f"--user-data-dir={self.profile}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            pass_fds=(3, 4), preexec_fn=to_three_and_four, start_new_session=True)
        for fd in (its_in, its_out, *high):
            os.close(fd)
        self.rest = b""
        self.session = None
        target = next(target for target in self.call("Target.getTargets")["targetInfos"] if target["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Fetch":
            self.call(f"{domain}.enable")

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        os.close(self.out)
        os.close(self.into)
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.profile, ignore_errors=True)

    def send(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.out, json.dumps(message).encode() + b"\0")
        return self.number

    def receive(self, until):
        """The next message of the browser, or None if there is none in time."""
        while b"\0" not in self.rest:
            if not select.select([self.into], [], [], max(0, until - time.monotonic()))[0]:
                return None
            piece = os.read(self.into, 1 << 20)
            if not piece:
                raise AssertionError("Chromium ended")
            self.rest += piece
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def take(self, event):
        """What must be answered is answered at once; all is kept for a look."""
        method, about = event.get("method"), event.get("params", {})
        self.events.append((method, about))
        if method == "Page.javascriptDialogOpening":
            self.send("Page.handleJavaScriptDialog", accept=False)
        elif method == "Fetch.requestPaused":
            url = about["request"]["url"]
            if url.startswith((self.origin + "/", "data:", "blob:")):
                self.send("Fetch.continueRequest", requestId=about["requestId"])
            else:
                self.send("Fetch.failRequest", requestId=about["requestId"], errorReason="BlockedByClient")

    def call(self, method, **parameters):
        number, until = self.send(method, **parameters), time.monotonic() + PAGE_SECONDS
        while True:
            message = self.receive(until)
            if message is None:
                raise AssertionError(f"Chromium: no answer to {method} in {PAGE_SECONDS} s")
            if message.get("id") == number:
                if "error" in message:
                    raise AssertionError(f"Chromium: {method}: {message['error']}")
                return message["result"]
            self.take(message)

    def wait(self, method):
        until = time.monotonic() + PAGE_SECONDS
        while not any(name == method for name, _ in self.events):
            message = self.receive(until)
            if message is None:
                raise AssertionError(f"Chromium: no {method} in {PAGE_SECONDS} s")
            self.take(message)

    def let_run(self):
        last = time.monotonic() + RUN_SECONDS  # a theme that never rests is left at that
        while time.monotonic() < last:
            message = self.receive(time.monotonic() + self.quiet_seconds)
            if message is None:
                return
            self.take(message)

    def look(self, path, picture=None, allowed=()):
        """Opens the page at `path`, of the built site, lets its scripts run, and says what it saw. `picture`: a file to write.
        `allowed`: addresses that this page may ask for, and which are refused."""
        self.events.clear()
        self.server.hits.clear()
        self.call("Page.navigate", url=self.origin + "/" + urllib.parse.quote(path))
        self.wait("Page.loadEventFired")
        self.let_run()
        answer = self.call("Runtime.evaluate", expression=LOOK, awaitPromise=True, returnByValue=True)
        self.let_run()
        if "exceptionDetails" in answer:
            raise AssertionError(f"Chromium: {path}: {answer['exceptionDetails']}")
        what = answer["result"]["value"]
        if picture:
            os.makedirs(os.path.dirname(picture), exist_ok=True)
            shot = self.call("Page.captureScreenshot", format="jpeg", quality=60)
            with open(picture, "wb") as file:
                file.write(base64.b64decode(shot["data"]))
        return Seen(what, self.judge(what, path, allowed))

    def judge(self, what, path, allowed):
        bad = []
        if what["pwned"] is not None:
            bad.append(f"a script set window.pwned to {what['pwned']}")
        if urllib.parse.unquote(what["address"]).strip("/") != path.strip("/"):
            bad.append(f"it went to {what['address']}")
        bad += [f"it shows a frame: {frame}" for frame in what["frames"]]
        bad += [f"it asked for {hit}" for hit in self.server.hits]
        for method, about in self.events:
            if method == "Page.javascriptDialogOpening":
                bad.append(f"a dialog: {about['message']}")
            elif method == "Fetch.requestPaused":
                url = about["request"]["url"]
                ours = url.startswith(self.origin + "/") and not url.startswith(self.origin + HIT)
                if not ours and url not in allowed and not url.startswith(("data:", "blob:", *self.outside)):
                    bad.append(f"it asked for {url}")
        return bad

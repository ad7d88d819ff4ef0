"""A mail server for tests, by aiosmtpd: every message becomes a file. Arguments: port, folder, and
certificate and key when it offers STARTTLS."""

import os
import ssl
import sys
import threading

from aiosmtpd.controller import Controller


class Sink:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        self.count += 1
        path = os.path.join(self.folder, f"{self.count:04}.eml")
        with open(path + ".part", "wb") as f:
            f.write(envelope.content)
        os.rename(path + ".part", path)
        return "250 kept"


def main():
    port, folder = int(sys.argv[1]), sys.argv[2]
    more = {}
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        more = {"tls_context": context, "require_starttls": True}
    Controller(Sink(folder), hostname="127.0.0.1", port=port, **more).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()

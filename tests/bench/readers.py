"""Readers at once, each with a websocket of its own; a process of its own that understands as little as it can.

It reads what to do from its standard input, as JSON, and prints the seconds of every click and its own CPU.
"""

import asyncio
import base64
import json
import random
import ssl
import sys
import time

from websockets.asyncio.client import ClientConnection, connect

FINISHED = b"\x30\x00"
"""How a message ends that says only that the script has run to its end: its sixth field, with nothing amiss."""
SHORT = 100
"""Bytes; a message of more is no such message."""
PATIENCE = 120
"""Seconds until a reader gives up."""


class Reader:
    def __init__(self, seed: int, scripts: list[dict[str, list[bytes]]]) -> None:
        self.chance = random.Random(seed)
        self.scripts, self.page = scripts, scripts[0]

    def click(self) -> bytes:
        """One of another page, another filter, another as at and another known at, alike."""
        clicks = [messages for messages in self.page.values() if messages]
        messages = self.chance.choice(clicks)
        if messages is self.page["turn"]:
            self.page = self.chance.choice(self.scripts)
            messages = self.page["turn"]
        return self.chance.choice(messages)


async def ask(socket: ClientConnection, message: bytes) -> float:
    """Seconds until the last message of a run."""
    began = time.monotonic()
    await socket.send(message)
    while True:
        payload = await asyncio.wait_for(socket.recv(), PATIENCE)
        if len(payload) < SHORT and payload.endswith(FINISHED):
            return time.monotonic() - began


async def read(socket: ClientConnection, reader: Reader, seconds: float, between: float) -> list[float]:
    await asyncio.sleep(reader.chance.uniform(0, between))
    times: list[float] = []
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        times.append(await ask(socket, reader.click()))
        # A reader who has waited longer than that clicks again at once.
        await asyncio.sleep(max(now + between - time.monotonic(), 0))
    return times


async def main() -> None:
    job = json.loads(sys.stdin.read())
    scripts = [
        {kind: [base64.b64decode(text) for text in texts] for kind, texts in script.items()}
        for script in job["scripts"]
    ]
    trusted = ssl.create_default_context(cafile=job["certificate"]) if job["certificate"] else None
    sockets: list[ClientConnection] = []
    for cookie in job["cookies"]:
        socket = await connect(
            job["address"], origin=job["origin"], additional_headers={"Cookie": cookie}, ssl=trusted,
            subprotocols=["streamlit"], max_size=None, compression=None,
        )  # fmt: skip
        await ask(socket, scripts[0]["turn"][0])
        sockets.append(socket)
    print("open", flush=True)  # noqa: T201
    cpu, wall = time.process_time(), time.monotonic()
    times = await asyncio.gather(
        *(
            read(socket, Reader(job["seed"] + number, scripts), job["seconds"], job["between"])
            for number, socket in enumerate(sockets)
        )
    )
    spent = {"cpu": time.process_time() - cpu, "wall": time.monotonic() - wall}
    print(json.dumps({"times": [seconds for some in times for seconds in some], **spent}), flush=True)  # noqa: T201
    for socket in sockets:
        await socket.close()


if __name__ == "__main__":
    asyncio.run(main())

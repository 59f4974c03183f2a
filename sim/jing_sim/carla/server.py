"""A headless CARLA server: two ports, one loop.

```python
server = CarlaServer(ServerOptions(map="yizhuang", port=2000))
server.serve_forever()
```
"""

import asyncio
import signal
from collections.abc import Callable

from jing_sim.carla.handlers import CALLS
from jing_sim.carla.rpc import RpcConnection
from jing_sim.carla.service import ServerOptions, Service
from jing_sim.carla.sockets import raise_file_limit
from jing_sim.carla.streams import StreamConnection
from jing_sim.carla.warm_up import warm_up

__all__ = ["CarlaServer", "ServerOptions"]

_TRIES = 20


class CarlaServer:
    """The service of `options` at its ports.

    Attributes:
        service: what clients talk to.
        port: of the calls, once it listens.
    """

    def __init__(self, options: ServerOptions) -> None:
        warm_up()
        self.options = options
        self.service = Service(options)
        self.port = options.port
        self._clients: set[RpcConnection] = set()
        self._servers: list[asyncio.Server] = []
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """`serve` comes to its end."""
        self._stop.set()

    def serve_forever(self, ready: Callable[["CarlaServer"], None] = lambda _: None) -> None:
        """`serve` on a loop of its own."""
        asyncio.run(self.serve(ready))

    async def serve(self, ready: Callable[["CarlaServer"], None] = lambda _: None) -> None:
        """Serves until `stop` is called or SIGTERM or SIGINT comes; `ready` is called when both ports listen.

        Raises:
            OSError: a port is taken.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        raise_file_limit()
        await self._listen()
        ticks = asyncio.create_task(self.service.run())
        ticks.add_done_callback(lambda _: self._stop.set())
        ready(self)
        await self._stop.wait()
        failed = ticks.done() and not ticks.cancelled()
        ticks.cancel()
        await self._close()
        if failed:
            ticks.result()

    async def _listen(self) -> None:
        for attempt in range(_TRIES):
            try:
                await self._open()
                return
            except OSError:
                for server in self._servers:
                    server.close()
                self._servers.clear()
                if self.options.port or attempt == _TRIES - 1:
                    raise

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        calls = await loop.create_server(self._connection, self.options.host, self.options.port)
        self._servers.append(calls)
        self.port = calls.sockets[0].getsockname()[1]
        streams = await loop.create_server(
            lambda: StreamConnection(self.service.streams), self.options.host, self.port + 1
        )
        self._servers.append(streams)
        self.service.streams.port = self.port + 1

    def _connection(self) -> RpcConnection:
        connection = RpcConnection(self.service, CALLS, self.options.max_message_bytes, self._left)
        self._clients.add(connection)
        return connection

    def _left(self, connection: RpcConnection) -> None:
        self._clients.discard(connection)
        self.service.drop_session(connection.session)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        self.service.streams.close_all()
        for client in list(self._clients):
            if client.transport:
                client.transport.abort()
        await asyncio.sleep(0)  # lets the transports call connection_lost

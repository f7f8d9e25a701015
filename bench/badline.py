"""Networks of processes on one machine, with a bad line between them.

Every namespace has a tun device, and this program hands packets on late or not at all: the module sch_netem, the kernel's own way, is not
in every kernel.
"""
import fcntl, heapq, multiprocessing, os, random, select, signal, struct, subprocess, time

NET = "10.177"
HUB = f"{NET}.0.1"  # this machine's own namespace


def sh(*words, **more):
    return subprocess.run(words, check=True, capture_output=True, text=True, **more).stdout


class Network:
    """The hub, which is this machine's own namespace, and one for each silo."""

    def __init__(self, silos, delay, loss):
        self.silos, self.devices = silos, []
        # 0: the line is whole; 1: silos of the first half hear nothing of those of the second, and both reach the database.
        self.split = multiprocessing.Value("i", 0, lock=False)
        self.carried, self.lost = multiprocessing.Value("q", 0, lock=False), multiprocessing.Value("q", 0, lock=False)
        for n in range(silos + 1):
            device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(device, 0x400454CA, struct.pack("16sH22x", f"gl{n}".encode(), 0x1001))  # TUNSETIFF: IFF_TUN | IFF_NO_PI
            self.devices.append(device)
            if n > 0:
                sh("ip", "netns", "add", f"gl{n}")
                sh("ip", "link", "set", f"gl{n}", "netns", f"gl{n}")
                sh("ip", "-n", f"gl{n}", "link", "set", "lo", "up")
            where = ["-n", f"gl{n}"] if n > 0 else []
            sh("ip", *where, "addr", "add", f"{self.address(n)}/16", "dev", f"gl{n}")
            sh("ip", *where, "link", "set", f"gl{n}", "up", "txqueuelen", "10000")
        self.line = multiprocessing.Process(target=self.carry, args=(delay / 1000, loss / 100), daemon=True)
        self.line.start()

    @staticmethod
    def address(n):
        return f"{NET}.1.{n}" if n > 0 else HUB

    def carry(self, delay, loss):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        place = {bytes(map(int, self.address(n).split("."))): n for n in range(self.silos + 1)}
        poll = select.epoll()
        for n, device in enumerate(self.devices):
            poll.register(device, select.EPOLLIN)
        source = {device: n for n, device in enumerate(self.devices)}
        flying, number, half = [], 0, self.silos // 2
        while True:
            now = time.monotonic()
            while flying and flying[0][0] <= now:
                _, _, to, packet = heapq.heappop(flying)
                try:
                    os.write(to, packet)
                except OSError:
                    self.lost.value += 1  # its namespace's queue is full
            for device, _ in poll.poll(max(0.0, flying[0][0] - time.monotonic()) if flying else 1):
                for _ in range(64):
                    try:
                        packet = os.read(device, 65536)
                    except BlockingIOError:
                        break
                    to = place.get(packet[16:20])
                    if to is None:
                        continue
                    self.carried.value += 1
                    of = source[device]
                    if random.random() < loss or self.split.value and of and to and (of <= half) != (to <= half):
                        self.lost.value += 1
                        continue
                    number += 1
                    heapq.heappush(flying, (time.monotonic() + delay, number, self.devices[to], packet))

    def close(self):
        self.line.terminate()
        for device in self.devices:
            os.close(device)
        for n in range(1, self.silos + 1):
            subprocess.run(["ip", "netns", "del", f"gl{n}"], check=False)

"""Who is compared. A peer has

- `name`, and `reads`: what its reads promise;
- `prepare()`: installs and builds what it needs, once; `end()`, if it has one, removes that;
- `start(nodes)`: servers on an empty directory of the disk that is meant, synced before they
  acknowledge; `wait_until_whole()`; `stop()`, which may be called at any time;
- `servers`: their processes; `leader()`: which one leads; `kill(which)` and `restart(which)`;
- `load(kind, clients, seconds, rate)`: `put` or `get`; operations a second, p50 and p99 in us;
- `writer(seconds)`: a process that writes through failures, one write at a time, and `gap_ms` of
  what it printed: the longest time between two acknowledged writes;
- `first_write()`: returns once a write is acknowledged; `fill(keys)`: so many of 256 bytes.

What goes wrong is a `processes.Failure`, one sentence.
"""

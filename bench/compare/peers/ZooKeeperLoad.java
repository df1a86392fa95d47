// ZooKeeperLoad loads ZooKeeper through its own Java client, and prints one line of JSON with the
// names that kv_load gives its figures.
//
//   ZooKeeperLoad -mode put|get|fill|gap -hosts H:P,H:P,H:P [-clients 64] [-seconds 4] [-warmup 1]
//                 [-rate 0] [-keys 10000] [-value-bytes 256]
//
// put: setData of a node that exists. get: sync and then getData, since getData alone may be stale.
// Each client starts its next operation when the one before is answered, or with -rate when it is
// due; latencies then count from that moment, however late it began.
// fill: each of -keys nodes is created, and nothing is said of time.
// gap: one writer for -seconds; longest_gap_ms is the longest time between two acknowledged writes.
//
// Each client has a session of its own, up to 64; more clients share those.
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;

public class ZooKeeperLoad {
  private static final int SESSIONS_MAX = 64;
  private static final int SESSION_TIMEOUT_MS = 10_000;

  /** What one client has seen; see etcd_load.go for what is counted when. */
  private static class Seen {
    long[] latencies = new long[1024];
    int count;
    int inTime;
    int errors;

    void add(long latency) {
      if (count == latencies.length) latencies = Arrays.copyOf(latencies, count * 2);
      latencies[count++] = latency;
    }
  }

  private final Map<String, String> options = new HashMap<>();
  private final String mode;
  private final String hosts;
  private final int clients;
  private final int keys;
  private final byte[] value;

  private ZooKeeperLoad(String[] words) {
    for (int i = 0; i + 1 < words.length; i += 2) options.put(words[i], words[i + 1]);
    mode = options.getOrDefault("-mode", "put");
    hosts = options.getOrDefault("-hosts", "127.0.0.1:2181");
    clients = (int) number("-clients", 1);
    keys = (int) number("-keys", 10_000);
    value = new byte[(int) number("-value-bytes", 256)];
    new Random(1).nextBytes(value);
  }

  private double number(String option, double otherwise) {
    return options.containsKey(option) ? Double.parseDouble(options.get(option)) : otherwise;
  }

  private static ZooKeeper open(String hosts) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper session = new ZooKeeper(hosts, SESSION_TIMEOUT_MS, event -> {
      if (event.getState() == KeeperState.SyncConnected) connected.countDown();
    });
    if (!connected.await(30, TimeUnit.SECONDS)) throw new Exception("no connection to " + hosts);
    return session;
  }

  private ZooKeeper[] openAll() throws Exception {
    String[] each = hosts.split(",");
    ZooKeeper[] all = new ZooKeeper[Math.min(clients, SESSIONS_MAX)];
    for (int i = 0; i < all.length; i++) all[i] = open(each[i % each.length]);
    ensure(all[0], "/load", new byte[0]);
    return all;
  }

  /** A session that isn't closed ends ten seconds later, by a write in somebody else's time. */
  private static void closeAll(ZooKeeper[] sessions) throws Exception {
    for (ZooKeeper each : sessions) each.close();
  }

  private static void ensure(ZooKeeper on, String path, byte[] value) throws Exception {
    try {
      on.create(path, value, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
    } catch (KeeperException.NodeExistsException already) {
      // As wanted.
    }
  }

  private static String key(int number) {
    return String.format("/load/k%06d", number);
  }

  private static void syncAndGet(ZooKeeper on, String key) throws Exception {
    CountDownLatch synced = new CountDownLatch(1);
    on.sync(key, (code, path, context) -> synced.countDown(), null);
    synced.await();
    on.getData(key, false, null);
  }

  private void operate(ZooKeeper on, String key) throws Exception {
    if (mode.equals("get")) syncAndGet(on, key);
    else on.setData(key, value, -1);
  }

  private interface Work {
    void run(int client, ZooKeeper on) throws Exception;
  }

  /** One thread for each client; returns when all have ended. */
  private void inParallel(int threads, ZooKeeper[] sessions, Work work) throws Exception {
    Thread[] all = new Thread[threads];
    for (int i = 0; i < threads; i++) {
      final int me = i;
      all[i] = new Thread(() -> {
        try {
          work.run(me, sessions[me % sessions.length]);
        } catch (Exception failure) {
          System.err.println("ZooKeeperLoad: " + failure);
          System.exit(1);
        }
      });
      all[i].start();
    }
    for (Thread each : all) each.join();
  }

  /** Gives each key a node, unless that was done before. */
  private void createAll(ZooKeeper[] sessions) throws Exception {
    if (sessions[0].exists(key(keys - 1), false) != null) return;
    AtomicInteger next = new AtomicInteger();
    inParallel(Math.max(clients, 32), sessions, (me, on) -> {
      for (int i; (i = next.getAndIncrement()) < keys;) ensure(on, key(i), value);
    });
  }

  private void fill() throws Exception {
    ZooKeeper[] sessions = openAll();
    createAll(sessions);
    closeAll(sessions);
    System.out.printf("{\"operations\":%d,\"errors\":0}%n", keys);
  }

  private Seen client(int me, ZooKeeper on, long start) throws Exception {
    long from = start + (long) (number("-warmup", 1) * 1e9);
    long until = from + (long) (number("-seconds", 4) * 1e9);
    double rate = number("-rate", 0);
    long interval = rate > 0 ? (long) (clients / rate * 1e9) : 0;
    Random random = new Random(me + 7);
    Seen seen = new Seen();
    for (long turn = 0;; turn++) {
      long begin = System.nanoTime();
      if (rate > 0) {
        begin = start + interval * me / clients + interval * turn;
        for (long early; (early = begin - System.nanoTime()) > 0;) LockSupport.parkNanos(early);
      }
      if (begin >= until) return seen;
      boolean answered = true;
      try {
        operate(on, key(random.nextInt(keys)));
      } catch (KeeperException failure) {
        answered = false;
      }
      long now = System.nanoTime();
      if (now < from) continue;
      if (!answered) {
        seen.errors++;
        continue;
      }
      seen.add(now - begin);
      if (now < until) seen.inTime++;
    }
  }

  private void load() throws Exception {
    ZooKeeper[] sessions = openAll();
    createAll(sessions);
    Seen[] each = new Seen[clients];
    long start = System.nanoTime();
    inParallel(clients, sessions, (me, on) -> each[me] = client(me, on, start));
    closeAll(sessions);
    int count = 0;
    int inTime = 0;
    int errors = 0;
    for (Seen x : each) {
      count += x.count;
      inTime += x.inTime;
      errors += x.errors;
    }
    long[] latencies = new long[count];
    int at = 0;
    for (Seen x : each) {
      System.arraycopy(x.latencies, 0, latencies, at, x.count);
      at += x.count;
    }
    Arrays.sort(latencies);
    System.out.printf(
        Locale.ROOT,
        "{\"ops_per_second\":%.1f,\"p50_us\":%.1f,\"p99_us\":%.1f,"
            + "\"operations\":%d,\"errors\":%d}%n",
        inTime / number("-seconds", 4), percentile(latencies, 0.5), percentile(latencies, 0.99),
        count + errors, errors);
  }

  private static double percentile(long[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * share)] / 1e3;
  }

  private void gap() throws Exception {
    ZooKeeper session = open(hosts);
    ensure(session, "/gap", value);
    long last = System.nanoTime();
    long until = last + (long) (number("-seconds", 4) * 1e9);
    long longest = 0;
    long operations = 0;
    while (System.nanoTime() < until) {
      try {
        session.setData("/gap", value, -1);
      } catch (KeeperException.SessionExpiredException expired) {
        session = open(hosts);
        continue;
      } catch (KeeperException failure) {
        Thread.sleep(1);
        continue;
      }
      long now = System.nanoTime();
      if (operations++ > 0) longest = Math.max(longest, now - last);
      last = now;
    }
    longest = Math.max(longest, System.nanoTime() - last);
    System.out.printf(
        Locale.ROOT, "{\"operations\":%d,\"longest_gap_ms\":%.1f}%n", operations,
        longest / 1e6);
  }

  public static void main(String[] words) throws Exception {
    ZooKeeperLoad all = new ZooKeeperLoad(words);
    switch (all.mode) {
      case "fill": all.fill(); break;
      case "gap": all.gap(); break;
      default: all.load();
    }
    System.exit(0);
  }
}

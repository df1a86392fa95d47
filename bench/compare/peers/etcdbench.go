// etcdbench - a small gRPC load generator for etcd v3 (own code).
//
// Build (Debian 12: apt install golang-go golang-etcd-server-dev):
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o etcdbench etcdbench.go
//
// Usage:
//
//	etcdbench -mode put|get|sget|fill|gap -eps h:p,h:p,h:p [-c 64] [-conns 0]
//	          [-secs 5] [-n 0] [-val 256] [-keys 100000] [-leader] [-timeout 200ms]
//
// put  : c closed-loop writers for -secs; sget/get: serializable/linearizable reads
// fill : write -n keys with c writers, print the time taken
// gap  : one closed-loop writer, each try bounded by -timeout, retried on the next
//
//	endpoint; prints the longest interval between two acknowledged writes
//
// One gRPC connection per -conns (default min(c,16)), spread over -eps in turn;
// -leader pins all connections to the present leader.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/clientv3"
	"go.uber.org/zap"
)

func dial(ep string) *clientv3.Client {
	lc := zap.NewProductionConfig()
	lc.Level = zap.NewAtomicLevelAt(zap.FatalLevel)
	c, err := clientv3.New(clientv3.Config{Endpoints: []string{ep}, DialTimeout: 5 * time.Second, LogConfig: &lc})
	if err != nil {
		fmt.Fprintln(os.Stderr, "dial", ep, err)
		os.Exit(1)
	}
	return c
}

func leaderOf(eps []string) string {
	for _, ep := range eps {
		c := dial(ep)
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		st, err := c.Status(ctx, ep)
		cancel()
		c.Close()
		if err == nil && st.Header.MemberId == st.Leader {
			return ep
		}
	}
	return eps[0]
}

func pct(v []int64, p float64) float64 {
	if len(v) == 0 {
		return 0
	}
	i := int(float64(len(v)-1) * p)
	return float64(v[i]) / 1e3
}

func main() {
	mode := flag.String("mode", "put", "put|get|sget|fill|gap")
	epsF := flag.String("eps", "127.0.0.1:2379", "client endpoints, comma separated")
	c := flag.Int("c", 1, "closed-loop clients")
	conns := flag.Int("conns", 0, "gRPC connections (0 = min(c,16))")
	secs := flag.Float64("secs", 5, "run time")
	n := flag.Int64("n", 0, "operations (fill)")
	val := flag.Int("val", 256, "value bytes")
	keys := flag.Int("keys", 10000, "key space")
	leader := flag.Bool("leader", false, "all connections to the leader")
	tmo := flag.Duration("timeout", 200*time.Millisecond, "gap mode: bound on one try")
	prefix := flag.String("prefix", "k", "key prefix")
	rate := flag.Float64("rate", 0, "operations a second that are due (0: closed loop)")
	flag.Parse()
	eps := strings.Split(*epsF, ",")
	if *leader {
		eps = []string{leaderOf(eps)}
	}
	if *mode == "gap" {
		gap(eps, *secs, *val, *tmo)
		return
	}
	if *conns == 0 {
		*conns = *c
		if *conns > 16 {
			*conns = 16
		}
	}
	cl := make([]*clientv3.Client, *conns)
	for i := range cl {
		cl[i] = dial(eps[i%len(eps)])
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if _, err := cl[i].Get(ctx, "warm"); err != nil {
			fmt.Fprintln(os.Stderr, "warm", err)
		}
		cancel()
	}
	rnd := rand.New(rand.NewSource(1))
	b := make([]byte, *val)
	for i := range b {
		b[i] = byte('a' + rnd.Intn(26))
	}
	value := string(b)
	lats := make([][]int64, *c)
	var errs, done int64
	var wg sync.WaitGroup
	start := time.Now()
	end := start.Add(time.Duration(*secs * 1e9))
	for w := 0; w < *c; w++ {
		wg.Add(1)
		go func(w int) {
			defer wg.Done()
			r := rand.New(rand.NewSource(int64(w) + 7))
			k := cl[w%len(cl)]
			ctx := context.Background()
			l := make([]int64, 0, 4096)
			// In an open loop, operations count from when they were due.
			interval := time.Duration(0)
			due := start
			if *rate > 0 {
				interval = time.Duration(float64(*c) / *rate * 1e9)
				due = start.Add(interval * time.Duration(w) / time.Duration(*c))
			}
			for {
				var key string
				if *mode == "fill" {
					i := atomic.AddInt64(&done, 1) - 1
					if i >= *n {
						break
					}
					key = fmt.Sprintf("%s%08d", *prefix, i)
				} else {
					if !time.Now().Before(end) {
						break
					}
					key = fmt.Sprintf("%s%08d", *prefix, r.Intn(*keys))
				}
				t := time.Now()
				if interval > 0 {
					if due.After(t) {
						time.Sleep(due.Sub(t))
					}
					t = due
					due = due.Add(interval)
				}
				var err error
				switch *mode {
				case "get":
					_, err = k.Get(ctx, key)
				case "sget":
					_, err = k.Get(ctx, key, clientv3.WithSerializable())
				default:
					_, err = k.Put(ctx, key, value)
				}
				if err != nil {
					atomic.AddInt64(&errs, 1)
					time.Sleep(time.Millisecond)
					continue
				}
				l = append(l, int64(time.Since(t)))
			}
			lats[w] = l
		}(w)
	}
	wg.Wait()
	el := time.Since(start).Seconds()
	var all []int64
	for _, l := range lats {
		all = append(all, l...)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	fmt.Printf("%s c=%d conns=%d ops=%d secs=%.2f ops/s=%.0f p50us=%.0f p99us=%.0f maxus=%.0f errs=%d\n",
		*mode, *c, *conns, len(all), el, float64(len(all))/el, pct(all, .5), pct(all, .99), pct(all, 1), errs)
}

// gap keeps one writer going through failures: one connection per endpoint, a
// bounded try, then the next endpoint.
func gap(eps []string, secs float64, val int, tmo time.Duration) {
	cl := make([]*clientv3.Client, len(eps))
	for i := range eps {
		cl[i] = dial(eps[i])
	}
	value := strings.Repeat("v", val)
	start := time.Now()
	end := start.Add(time.Duration(secs * 1e9))
	last := start
	var maxGap, gapAt time.Duration
	var ok, bad int64
	at := 0
	for time.Now().Before(end) {
		ctx, cancel := context.WithTimeout(context.Background(), tmo)
		_, err := cl[at].Put(ctx, "gap", value)
		cancel()
		now := time.Now()
		if err != nil {
			bad++
			at = (at + 1) % len(cl)
			time.Sleep(time.Millisecond)
			continue
		}
		ok++
		if g := now.Sub(last); g > maxGap {
			maxGap, gapAt = g, now.Sub(start)
		}
		last = now
	}
	if g := time.Since(last); g > maxGap {
		maxGap, gapAt = g, time.Since(start)
	}
	fmt.Printf("gap ok=%d failed_tries=%d max_gap_ms=%.1f at_s=%.2f ops/s=%.0f\n", ok, bad,
		float64(maxGap)/1e6, gapAt.Seconds(), float64(ok)/time.Since(start).Seconds())
}

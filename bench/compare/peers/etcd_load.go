// etcd_load loads etcd 3.4 through its own gRPC client, and prints one line of JSON with the names
// that kv_load gives its figures.
//
//	etcd_load -mode put|get|fill|gap -endpoints H:P,H:P,H:P [-clients 64] [-seconds 4] [-warmup 1]
//	          [-rate 0] [-keys 10000] [-value-bytes 256] [-try 50ms]
//
// put, get: each client starts its next operation when the one before is answered, or with -rate
// when it is due; latencies then count from that moment, however late it began. A get is
// linearizable.
//
// fill: each key is written once, and nothing is said of time.
//
// gap: one writer, each try bounded by -try and repeated at the next endpoint, for -seconds;
// longest_gap_ms is the longest time between two acknowledged writes.
//
// At most 16 connections, spread over the endpoints in turn.
//
// Built with Debian's packages: GO111MODULE=off GOPATH=/usr/share/gocode go build etcd_load.go
package main

import (
	"context"
	"encoding/json"
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

const connectionsMax = 16

type options struct {
	mode      string
	endpoints []string
	clients   int
	seconds   float64
	warmup    float64
	rate      float64
	keys      int
	value     string
	try       time.Duration
}

// What one client has seen. Latencies are of all operations that ended in the measured time or
// later; inTime counts those that ended in it.
type seen struct {
	latencies []int64
	inTime    int
	errors    int
}

func giveUp(what string, err error) {
	fmt.Fprintf(os.Stderr, "etcd_load: %s: %v\n", what, err)
	os.Exit(1)
}

func parse() options {
	mode := flag.String("mode", "put", "put, get, fill or gap")
	endpoints := flag.String("endpoints", "127.0.0.1:2379", "of servers, with commas between them")
	clients := flag.Int("clients", 1, "operations under way at most")
	seconds := flag.Float64("seconds", 4, "how long is measured")
	warmup := flag.Float64("warmup", 1, "how long the load runs before that")
	rate := flag.Float64("rate", 0, "operations a second that are due; 0: a closed loop")
	keys := flag.Int("keys", 10000, "how many keys are used")
	bytes := flag.Int("value-bytes", 256, "size of every value")
	try := flag.Duration("try", 50*time.Millisecond, "with gap: how long one try may take")
	flag.Parse()
	return options{*mode, strings.Split(*endpoints, ","), *clients, *seconds, *warmup, *rate, *keys,
		strings.Repeat("v", *bytes), *try}
}

func dial(endpoint string) *clientv3.Client {
	quiet := zap.NewProductionConfig()
	quiet.Level = zap.NewAtomicLevelAt(zap.FatalLevel)
	client, err := clientv3.New(clientv3.Config{
		Endpoints: []string{endpoint}, DialTimeout: 5 * time.Second, LogConfig: &quiet})
	if err != nil {
		giveUp("no connection to "+endpoint, err)
	}
	return client
}

// connect opens the connections that clients share, and uses each once.
func connect(o options) []*clientv3.Client {
	all := make([]*clientv3.Client, connectionsMax)
	if o.clients < connectionsMax {
		all = all[:o.clients]
	}
	for i := range all {
		all[i] = dial(o.endpoints[i%len(o.endpoints)])
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		if _, err := all[i].Get(ctx, "warm"); err != nil {
			giveUp("the first read", err)
		}
		cancel()
	}
	return all
}

func operate(o options, on *clientv3.Client, key string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var err error
	if o.mode == "get" {
		_, err = on.Get(ctx, key)
	} else {
		_, err = on.Put(ctx, key, o.value)
	}
	return err
}

func keyOf(number int) string {
	return fmt.Sprintf("k%08d", number)
}

// client is number `me` of o.clients.
func client(o options, me int, on *clientv3.Client, start time.Time) seen {
	random := rand.New(rand.NewSource(int64(me) + 7))
	from := start.Add(time.Duration(o.warmup * 1e9))
	until := from.Add(time.Duration(o.seconds * 1e9))
	var interval, offset time.Duration
	if o.rate > 0 {
		interval = time.Duration(float64(o.clients) / o.rate * 1e9)
		offset = interval * time.Duration(me) / time.Duration(o.clients)
	}
	var result seen
	for turn := 0; ; turn++ {
		begin := time.Now()
		if o.rate > 0 {
			begin = start.Add(offset + interval*time.Duration(turn))
			time.Sleep(time.Until(begin))
		}
		if !begin.Before(until) {
			return result
		}
		err := operate(o, on, keyOf(random.Intn(o.keys)))
		now := time.Now()
		if now.Before(from) {
			continue
		}
		if err != nil {
			result.errors++
			time.Sleep(time.Millisecond)
			continue
		}
		result.latencies = append(result.latencies, int64(now.Sub(begin)))
		if now.Before(until) {
			result.inTime++
		}
	}
}

// inParallel runs one goroutine for each client, and returns when all have ended.
func inParallel(o options, work func(me int, on *clientv3.Client)) {
	connections := connect(o)
	var wait sync.WaitGroup
	for i := 0; i < o.clients; i++ {
		wait.Add(1)
		go func(i int) {
			defer wait.Done()
			work(i, connections[i%len(connections)])
		}(i)
	}
	wait.Wait()
}

func fill(o options) {
	next := int64(-1)
	var errors int64
	inParallel(o, func(_ int, on *clientv3.Client) {
		for i := atomic.AddInt64(&next, 1); i < int64(o.keys); i = atomic.AddInt64(&next, 1) {
			if operate(o, on, keyOf(int(i))) != nil {
				atomic.AddInt64(&errors, 1)
			}
		}
	})
	show(map[string]interface{}{"operations": o.keys, "errors": errors})
}

func load(o options) {
	all := make([]seen, o.clients)
	var started sync.Once
	var start time.Time
	inParallel(o, func(me int, on *clientv3.Client) {
		started.Do(func() { start = time.Now() })
		all[me] = client(o, me, on, start)
	})
	var total seen
	for _, x := range all {
		total.latencies = append(total.latencies, x.latencies...)
		total.inTime += x.inTime
		total.errors += x.errors
	}
	sort.Slice(total.latencies, func(i, j int) bool { return total.latencies[i] < total.latencies[j] })
	show(map[string]interface{}{
		"ops_per_second": float64(total.inTime) / o.seconds,
		"p50_us":         percentile(total.latencies, 0.5),
		"p99_us":         percentile(total.latencies, 0.99),
		"operations":     len(total.latencies) + total.errors,
		"errors":         total.errors,
	})
}

// gap keeps one writer going while a server dies: one connection for each endpoint.
func gap(o options) {
	connections := make([]*clientv3.Client, len(o.endpoints))
	for i := range connections {
		connections[i] = dial(o.endpoints[i])
	}
	last := time.Now()
	until := last.Add(time.Duration(o.seconds * 1e9))
	var longest time.Duration
	operations, at := 0, 0
	for time.Now().Before(until) {
		ctx, cancel := context.WithTimeout(context.Background(), o.try)
		_, err := connections[at].Put(ctx, "gap", o.value)
		cancel()
		if err != nil {
			at = (at + 1) % len(connections)
			time.Sleep(time.Millisecond)
			continue
		}
		now := time.Now()
		if operations > 0 && now.Sub(last) > longest {
			longest = now.Sub(last)
		}
		last = now
		operations++
	}
	if time.Since(last) > longest {
		longest = time.Since(last)
	}
	show(map[string]interface{}{
		"operations":     operations,
		"longest_gap_ms": float64(longest) / 1e6,
	})
}

func percentile(sorted []int64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(float64(len(sorted)-1)*share)]) / 1e3
}

func show(figures map[string]interface{}) {
	if err := json.NewEncoder(os.Stdout).Encode(figures); err != nil {
		giveUp("standard output", err)
	}
}

func main() {
	o := parse()
	switch o.mode {
	case "gap":
		gap(o)
	case "fill":
		fill(o)
	default:
		load(o)
	}
}

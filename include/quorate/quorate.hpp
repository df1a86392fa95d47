// All of quorate's public interface.
//
//   auto cluster = quorate::local_cluster::start();
//   auto client = cluster->client();
//   auto put = client.put("greeting", "hello", quorate::absent);
//   auto got = client.get("greeting");
#pragma once

#include <quorate/certificates.hpp>
#include <quorate/client.hpp>
#include <quorate/errc.hpp>
#include <quorate/events.hpp>
#include <quorate/explain.hpp>
#include <quorate/history.hpp>
#include <quorate/leader_task.hpp>
#include <quorate/local_cluster.hpp>
#include <quorate/membership.hpp>
#include <quorate/membership_client.hpp>
#include <quorate/node.hpp>
#include <quorate/node_options.hpp>
#include <quorate/option_list.hpp>
#include <quorate/options.hpp>
#include <quorate/recover.hpp>
#include <quorate/remote_cluster.hpp>
#include <quorate/result.hpp>
#include <quorate/status.hpp>
#include <quorate/tls.hpp>
#include <quorate/types.hpp>

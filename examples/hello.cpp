// A cluster of three nodes in this process, and one value in it.
#include <quorate/quorate.hpp>

#include <iostream>

int main() {
  auto cluster = quorate::local_cluster::start();
  if (!cluster)
    return std::cerr << to_string(cluster.error()) << '\n', 1;
  auto client = cluster->client();
  auto put = client.put("greeting", "hello", quorate::absent);
  if (!put)
    return std::cerr << to_string(put.error()) << '\n', 1;
  auto got = client.get("greeting");
  if (got && *got)
    std::cout << (*got)->value << " at revision " << (*got)->revision.value << '\n';
} // ~local_cluster stops the nodes and gives back their threads.

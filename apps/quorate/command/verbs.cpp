#include "apps/quorate/command/verbs.hpp"

namespace quorate::app {

namespace {

/// A verb with a main function of its own; its options stand in its own help text.
void add_own(verb_table& to, std::string path, own_main reads, std::string summary,
             std::string text, std::vector<example> examples) {
  verb x;
  x.path = std::move(path);
  x.reads_itself = reads;
  x.summary = std::move(summary);
  x.text = std::move(text);
  x.examples = std::move(examples);
  to.push_back(std::move(x));
}

void add_demo(verb_table& to, own_main reads) {
  add_own(to, "demo", reads, "a cluster in this process, act by act, and a verdict",
          "'quorate demo --help' has its options.",
          {{"demo", "five nodes in memory"},
           {"demo --data-dir data --json", "on disk, one JSON object a line"}});
}

void add_cert(verb_table& to, own_main reads) {
  add_own(to, "cert", reads, "the certificates for a cluster's connections",
          "'quorate cert --help' has its verbs: ca, node, client, operator and show.",
          {{"cert ca --cluster queue", "the cluster's own authority: ca.pem and ca.key"},
           {"cert node n1", "n1.pem and n1.key"},
           {"cert show n1.pem", "whose it is, and how long it is good"}});
}

void add_recover(verb_table& to, own_main reads) {
  add_own(to, "recover", reads, "a cluster out of what a lost majority has left",
          "'quorate recover --help' has its verbs: inspect, plan and apply. docs/recovery.md goes "
          "through it step by step.",
          {{"recover inspect /var/lib/n1 /var/lib/n2", "what is there, and which is the newest"}});
}

void add_serve(verb_table& to, own_main reads) {
  add_own(to, "serve", reads, "a node in this process, until it is told to end",
          "'quorate serve --help' has its options, docs/options.md what they mean, and "
          "docs/operating.md what it shows of itself.",
          {{"serve --name n1 --data-dir /var/lib/n1", "alone, until others name it as their seed"},
           {"serve --config /etc/quorate/n1.conf", "with options from a file"}});
}

} // namespace

verb_table all_verbs(const own_verbs& own) {
  verb_table table;
  add_serve(table, own.serve);
  add_provision(table);
  add_status(table);
  add_node_verbs(table);
  add_policy_verbs(table);
  add_op_verbs(table);
  add_controller_verbs(table);
  add_leader_verbs(table);
  add_kv_verbs(table);
  add_cert(table, own.cert);
  add_recover(table, own.recover);
  add_demo(table, own.demo);
  add_manual_verbs(table);
  return table;
}

} // namespace quorate::app

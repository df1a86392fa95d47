// `controller …`: what automation does.
#include "apps/quorate/command/change.hpp"
#include "apps/quorate/command/objects.hpp"
#include "apps/quorate/command/options.hpp"
#include "apps/quorate/command/text.hpp"
#include "apps/quorate/command/verbs.hpp"
#include "apps/quorate/command/words.hpp"

namespace quorate::app {

namespace {

int plan(call& in) {
  auto reached = in.cluster();
  if (!reached)
    return in.fail(reached.error());
  const auto found = (*reached)->membership().plan();
  if (!found)
    return in.fail(found.error());
  return in.answer("cli-plan", object_of(*found), text_of(*found));
}

int pause(call& in) {
  const auto lasts = parse_duration(in.given().value("for").value_or("1h"));
  if (!lasts)
    return in.misuse("--for: " + lasts.error().message);
  const auto who = in.given().value("by").value_or("");
  intent what;
  what.done = "automation is paused for " + duration_text(*lasts);
  what.already = "automation is paused already";
  what.ask = [&](auto& to, op_id op) { return to.pause(*lasts, who, op); };
  what.preview = [&](auto& to) { return to.pause(*lasts, who); };
  return carry_out(in, what);
}

int resume(call& in) {
  intent what;
  what.done = "automation goes on";
  what.already = "automation isn't paused";
  what.ask = [](auto& to, op_id op) { return to.resume(op); };
  what.preview = [](auto& to) { return to.resume(); };
  return carry_out(in, what);
}

} // namespace

void add_controller_verbs(verb_table& to) {
  option lasts;
  lasts.name = "for";
  lasts.value = "DURATION";
  lasts.help = "how long, 1ms to 24h; 1h";
  option who;
  who.name = "by";
  who.value = "WORDS";
  who.help = "who asks for it, or why; status and plan repeat it";
  to.push_back({"controller plan",
                "",
                0,
                0,
                "what automation would do now, and why not",
                "The next transition, or the one that lacks least, with every guard; what is in "
                "flight; and which intents wait for what.",
                {{"controller plan", "when nothing seems to go on, or too much"}},
                with_connection(),
                plan});
  to.push_back({"controller pause",
                "",
                0,
                0,
                "let automation stand still",
                "Nobody is admitted, promoted, replaced, released or given up. Operators and "
                "registrations go on. It ends by itself.",
                {{"controller pause --for 30m --by 'rack 7 is moved'", "for a maintenance window"}},
                with_intent({lasts, who}),
                pause});
  to.push_back({"controller resume",
                "",
                0,
                0,
                "end a pause before its time",
                "",
                {{"controller resume", "go on"}},
                with_intent(),
                resume});
}

} // namespace quorate::app

#include "apps/quorate/cert_text.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <ctime>

namespace quorate::app {

namespace {

constexpr std::int64_t day_s = 86'400;

std::string days(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " day" : " days");
}

std::string state_of(const certificate_description& of, std::int64_t now_s) {
  if (now_s < of.not_before_s)
    return "not valid yet";
  if (now_s >= of.not_after_s)
    return "expired " + days((now_s - of.not_after_s) / day_s) + " ago";
  return days(days_left(of, now_s)) + " left";
}

/// Names are any bytes; JSON and terminals want text.
std::string harmless(const std::string& name) {
  return nlohmann::json(name).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::string utc_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  std::array<char, 32> text{};
  if (::gmtime_r(&time, &parts) == nullptr
      || std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
    return std::to_string(seconds) + " s";
  return text.data();
}

std::int64_t days_left(const certificate_description& of, std::int64_t now_s) {
  const auto left_s = of.not_after_s - now_s;
  return left_s >= 0 ? left_s / day_s : -((-left_s + day_s - 1) / day_s);
}

std::vector<std::string> lines_of(const certificate_description& of, std::int64_t now_s) {
  std::vector<std::string> out;
  if (of.owner)
    out.push_back("owner    " + to_string(*of.owner));
  else
    out.push_back("owner    none: an authority"
                  + (of.cluster_name.empty() ? std::string{}
                                             : ", of the cluster " + harmless(of.cluster_name)));
  out.push_back("subject  " + of.subject);
  out.push_back("issuer   " + of.issuer);
  out.push_back("serial   " + of.serial);
  out.push_back("valid    " + utc_text(of.not_before_s) + " to " + utc_text(of.not_after_s) + ", "
                + state_of(of, now_s));
  return out;
}

std::string json_of(const certificate_description& of, std::int64_t now_s) {
  nlohmann::ordered_json out;
  out["authority"] = of.authority;
  out["owner"] = of.owner ? nlohmann::ordered_json(to_string(*of.owner)) : nullptr;
  out["cluster"] = of.cluster_name;
  if (of.owner) {
    out["role"] = to_string(of.owner->role);
    out["name"] = of.owner->name;
  }
  out["subject"] = of.subject;
  out["issuer"] = of.issuer;
  out["serial"] = of.serial;
  out["not_before"] = utc_text(of.not_before_s);
  out["not_after"] = utc_text(of.not_after_s);
  out["days_left"] = days_left(of, now_s);
  out["valid"] = now_s >= of.not_before_s && now_s < of.not_after_s;
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace quorate::app

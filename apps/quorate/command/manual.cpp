#include "apps/quorate/command/manual.hpp"

#include "apps/quorate/command/exit_codes.hpp"
#include "apps/quorate/table.hpp"

#include <algorithm>

namespace quorate::app {

namespace {

constexpr std::size_t help_width = 96;

using rows_of_two = std::vector<std::pair<std::string, std::string>>;

/// Breaks paragraphs into lines; what is indented keeps its lines.
std::string wrapped(const std::string& text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t from = 0; from < text.size();) {
    if (text.compare(from, 2, "  ") == 0 && column == 0) {
      const auto end = std::min(text.find('\n', from), text.size() - 1);
      out += text.substr(from, end - from + 1);
      from = end + 1;
      continue;
    }
    const auto end = std::min(text.find_first_of(" \n", from), text.size());
    const auto word = text.substr(from, end - from);
    if (column != 0 && column + 1 + word.size() > help_width) {
      out += '\n';
      column = 0;
    }
    out += (column == 0 ? "" : " ") + word;
    column += word.size() + (column == 0 ? 0 : 1);
    if (end < text.size() && text[end] == '\n') {
      out += '\n';
      column = 0;
    }
    from = end + 1;
  }
  return out.empty() || out.back() == '\n' ? out : out + '\n';
}

std::string usage_of(const verb& which) {
  return "quorate " + which.path + (which.operands.empty() ? "" : ' ' + which.operands)
         + (which.options.empty() && which.run != nullptr ? "" : " [OPTIONS]");
}

std::string shown(const option& x) {
  auto text = "--" + x.name;
  if (!x.value.empty())
    text += x.value_optional ? "[=" + x.value + ']' : ' ' + x.value;
  return text;
}

std::string explained(const option& x) {
  return x.help + (x.repeatable ? "; may be repeated" : "")
         + (x.environment.empty() ? "" : " (" + x.environment + ")");
}

/// Two columns; the second is broken into lines.
std::string columns(const rows_of_two& rows) {
  std::size_t first = 0;
  for (const auto& [name, meaning] : rows)
    first = std::max(first, name.size());
  const auto room = help_width - first - 4;
  std::string text;
  for (const auto& [name, meaning] : rows) {
    auto left = "  " + name + std::string(first - name.size() + 2, ' ');
    for (std::size_t from = 0; from < meaning.size();) {
      auto end = meaning.size();
      if (end - from > room)
        if (const auto space = meaning.rfind(' ', from + room);
            space != std::string::npos && space > from)
          end = space;
      text += left + meaning.substr(from, end - from) + '\n';
      left = std::string(first + 4, ' ');
      from = end + 1;
    }
  }
  return text;
}

/// Lines of a manual page: nothing in them is a request of roff.
std::string roff(const std::string& text) {
  std::string safe;
  bool first = true;
  for (const char c : text) {
    if (first && (c == '.' || c == '\''))
      safe += "\\&";
    if (c == '\\')
      safe += "\\e";
    else if (c == '-')
      safe += "\\-";
    else
      safe += c;
    first = c == '\n';
  }
  return safe;
}

std::string in_cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
    text.insert(at, 1, '\\');
  return text;
}

rows_of_two option_rows(const std::vector<option>& options, bool shared) {
  rows_of_two rows;
  for (const auto& each : options)
    if (each.shared == shared)
      rows.emplace_back(shown(each), explained(each));
  return rows;
}

/// The options that the manual has once: those of the first verb that has them.
rows_of_two shared_rows(const verb_table& table) {
  for (const auto& each : table)
    if (auto rows = option_rows(each.options, true); !rows.empty())
      return rows;
  return {};
}

std::string options_text(const verb& which) {
  auto own = option_rows(which.options, false);
  own.emplace_back("--help", "this text");
  auto text = "\nOptions:\n" + columns(own);
  if (const auto shared = option_rows(which.options, true); !shared.empty())
    text += "\nConnection and output:\n" + columns(shared);
  return text;
}

std::string markdown_table(const rows_of_two& rows) {
  std::string text = "\n| option | meaning |\n|---|---|\n";
  for (const auto& [name, meaning] : rows)
    text += "| `" + in_cell(name) + "` | " + in_cell(meaning) + " |\n";
  return text;
}

std::string page_items(const rows_of_two& rows) {
  std::string text;
  for (const auto& [name, meaning] : rows)
    text += ".TP\n.B " + roff(name) + '\n' + roff(meaning) + '\n';
  return text;
}

std::string exits_text() {
  rows_of_two rows;
  for (const auto& [code, meaning] : exit_meanings())
    rows.emplace_back(std::to_string(code), std::string{meaning});
  return columns(rows);
}

std::string anchor_of(const std::string& path) {
  auto anchor = "quorate-" + path;
  std::replace(anchor.begin(), anchor.end(), ' ', '-');
  return anchor;
}

std::string markdown_of(const verb& which) {
  auto text = "\n## quorate " + which.path + "\n\n```text\n" + usage_of(which) + "\n```\n\n"
              + static_cast<char>(std::toupper(static_cast<unsigned char>(which.summary.front())))
              + which.summary.substr(1) + ".\n";
  if (!which.text.empty()) {
    // A text with a table in it keeps its lines.
    const auto table = which.text.find("\n\n  ");
    text += '\n' + wrapped(which.text.substr(0, table));
    if (table != std::string::npos)
      text += "\n```text\n" + which.text.substr(table + 2) + (which.text.back() == '\n' ? "" : "\n")
              + "```\n";
  }
  if (const auto own = option_rows(which.options, false); !own.empty())
    text += markdown_table(own);
  if (!which.examples.empty()) {
    text += "\n```sh\n";
    for (const auto& each : which.examples)
      text += "quorate " + each.words + "  # " + each.meaning + '\n';
    text += "```\n";
  }
  return text;
}

std::string page_of(const verb& which) {
  auto text = ".SS \"" + roff(usage_of(which)) + "\"\n" + roff(which.summary) + ".\n";
  if (!which.text.empty())
    text += ".PP\n.nf\n" + roff(wrapped(which.text)) + ".fi\n";
  text += page_items(option_rows(which.options, false));
  if (!which.examples.empty()) {
    text += ".PP\nExamples:\n";
    for (const auto& each : which.examples)
      text += ".TP\n.B quorate " + roff(each.words) + '\n' + roff(each.meaning) + '\n';
  }
  return text;
}

} // namespace

std::string help_text(const verb_table& table, const std::string& group) {
  auto text = "usage: quorate " + (group.empty() ? "" : group + ' ')
              + "VERB [OPERANDS] [OPTIONS]\n\nVerbs:\n";
  rows_of_two rows;
  for (const auto* each : verbs_of(table, group))
    rows.emplace_back(each->path + (each->operands.empty() ? "" : ' ' + each->operands),
                      each->summary);
  text += columns(rows) + '\n'
          + columns({{"--help", "this text; 'quorate VERB --help' for a verb's own"},
                     {"--version", "the version"}});
  return text + "\nExit codes:\n" + exits_text();
}

std::string help_text(const verb& which) {
  auto text = "usage: " + usage_of(which) + "\n\n" + which.summary + ".\n";
  text[text.size() - which.summary.size() - 2] = static_cast<char>(
    std::toupper(static_cast<unsigned char>(which.summary.front())));
  if (!which.text.empty())
    text += '\n' + wrapped(which.text);
  text += options_text(which);
  if (!which.examples.empty()) {
    text += "\nExamples:\n";
    rows_of_two rows;
    for (const auto& each : which.examples)
      rows.emplace_back("quorate " + each.words, each.meaning);
    text += columns(rows);
  }
  return text + "\nExit codes:\n" + exits_text();
}

std::string manual_markdown(const verb_table& table) {
  std::string text = "# The command `quorate`\n\n"
                     "<!-- Written by `quorate manual markdown`; a test says if it is out of date. "
                     "-->\n\n"
                     "| verb | |\n|---|---|\n";
  for (const auto& each : table)
    text += "| [`" + in_cell(each.path) + "`](#" + anchor_of(each.path) + ") | " + each.summary
            + " |\n";
  text +=
    "\nAny node may be asked: what only the leader can answer reaches it. With `--json` there "
    "is one object on\nstandard output, whose `schema` names a file in [schemas](schemas); "
    "tables and sentences are for people, and\nmay change. Requests can be repeated: what is "
    "so already ends with 0 and `\"changed\": false`.\n\n"
    "| exit code | meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : exit_meanings())
    text += "| " + std::to_string(code) + " | " + std::string{meaning} + " |\n";
  text += "\nEvery verb that talks to a cluster also has these options:\n"
          + markdown_table(shared_rows(table));
  for (const auto& each : table)
    text += markdown_of(each);
  return text;
}

std::string manual_page(const verb_table& table) {
  std::string text = ".\\\" Written by 'quorate manual man'; a test says if it is out of date.\n"
                     ".TH QUORATE 1\n.SH NAME\nquorate \\- clusters, their members and their "
                     "store\n.SH SYNOPSIS\n.B quorate\n.I VERB\n[\\fIOPERANDS\\fR] "
                     "[\\fIOPTIONS\\fR]\n.SH VERBS\n";
  for (const auto& each : table)
    text += page_of(each);
  text += ".SH OPTIONS\nOf every verb that talks to a cluster:\n" + page_items(shared_rows(table))
          + ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : exit_meanings())
    text += ".TP\n.B " + std::to_string(code) + '\n' + roff(std::string{meaning}) + '\n';
  return text;
}

std::string bash_completion(const verb_table& table) {
  std::string text = "# Completion of bash for quorate: source it, or put it where bash-completion "
                     "looks.\n_quorate() {\n  local word=${COMP_WORDS[COMP_CWORD]} words=\n"
                     "  case $COMP_CWORD in\n    1) words='";
  for (const auto& each : first_words(table))
    text += each + ' ';
  text += "--help --version' ;;\n    *)\n      case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n";
  for (const auto& group : groups_of(table))
    for (const auto* each : verbs_of(table, group)) {
      text += "        '" + each->path + "') words='";
      for (const auto& known : each->options)
        text += "--" + known.name + ' ';
      text += "--help' ;;\n";
    }
  for (const auto& group : groups_of(table)) {
    text += "        '" + group + " '*) words='";
    for (const auto* each : verbs_of(table, group))
      text += each->path.substr(group.size() + 1) + ' ';
    text += "--help' ;;\n";
  }
  for (const auto& each : table)
    if (each.path.find(' ') == std::string::npos) {
      text += "        '" + each.path + " '*) words='";
      for (const auto& known : each.options)
        text += "--" + known.name + ' ';
      text += "--help' ;;\n";
    }
  return text
         + "      esac ;;\n  esac\n  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
           "complete -o default -F _quorate quorate\n";
}

} // namespace quorate::app

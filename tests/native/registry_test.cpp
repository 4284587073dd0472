// Walks whatever is registered: every task describes itself completely and consistently.
#include "registry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "errors.h"

namespace priorlab {
namespace {

// Lower-case letters, digits and underscores, a letter first.
bool is_name(const std::string& name) {
  return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos &&
         !name.empty() && name[0] >= 'a';
}

// Help and summaries are shown as they are: a sentence, not a fragment.
void expect_sentence(const std::string& text, const std::string& where) {
  ASSERT_FALSE(text.empty()) << where;
  EXPECT_EQ(text.back(), '.') << where << ": " << text;
}

template <class Specs>
void expect_distinct_names(const Specs& specs, const std::string& where) {
  std::set<std::string> names;
  for (const auto& spec : specs) {
    EXPECT_TRUE(is_name(spec.name)) << where << ": " << spec.name;
    EXPECT_TRUE(names.insert(spec.name).second) << where << " twice: " << spec.name;
    expect_sentence(spec.help, where + " " + spec.name);
  }
}

TEST(Registry, EveryTaskDescribesItself) {
  for (const std::string& id : task_ids()) {
    SCOPED_TRACE(id);
    const TaskInfo info = task_factory(id).info();
    EXPECT_EQ(info.id, id);
    EXPECT_TRUE(is_name(id));
    EXPECT_FALSE(info.title.empty());
    EXPECT_FALSE(info.unit.empty());
    EXPECT_FALSE(info.source.empty());
    expect_sentence(info.summary, "summary");
    expect_distinct_names(info.params, "parameter");
    expect_distinct_names(info.inputs, "input");
    expect_distinct_names(info.outputs, "output");
    expect_distinct_names(info.metrics, "metric");
    EXPECT_FALSE(info.outputs.empty());
  }
}

TEST(Registry, EveryParameterIsDeclaredRight) {
  for (const std::string& id : task_ids()) {
    for (const ParamSpec& spec : task_factory(id).info().params) {
      SCOPED_TRACE(id + " " + spec.name);
      EXPECT_FALSE(spec.label.empty());
      // The default passes the parameter's own check.
      EXPECT_NO_THROW(Params({spec}, {{spec.name, spec.fallback}}));
      if (spec.type == ParamType::number || spec.type == ParamType::integer) {
        EXPECT_LT(spec.min, spec.max);
        EXPECT_GE(spec.step, 0);
        EXPECT_TRUE(std::isfinite(spec.min) && std::isfinite(spec.max));
      }
      EXPECT_EQ(spec.choices.size() >= 2, spec.type == ParamType::choice);
      std::set<std::string> words;
      for (const Choice& c : spec.choices) {
        EXPECT_TRUE(words.insert(c.value).second) << c.value;
        EXPECT_FALSE(c.label.empty()) << c.value;
      }
      EXPECT_EQ(!spec.model_family.empty(), spec.type == ParamType::model);
      EXPECT_TRUE(!spec.automatic || spec.type == ParamType::number || spec.type == ParamType::integer);
    }
  }
}

TEST(Registry, DescribeAllHasEveryTask) {
  const nlohmann::json all = describe_all();
  EXPECT_EQ(all["version"], 1);
  EXPECT_EQ(all["tasks"].size(), task_ids().size());
  for (const std::string& id : task_ids()) EXPECT_EQ(all["tasks"][id]["id"], id);
  EXPECT_EQ(all, describe_all());
  EXPECT_EQ(all, nlohmann::json::parse(all.dump()));
}

TEST(Registry, UnknownTasksAndParametersAreRefused) {
  ModelStore models;
  EXPECT_SENTENCE(task_factory("epl"), "There is no task \"epl\"; there ");
  EXPECT_SENTENCE(create_task("epl", nlohmann::json::object(), {}, models), "There is no task");
  for (const std::string& id : task_ids())
    EXPECT_SENTENCE(create_task(id, {{"no_such_parameter", 1}}, {}, models), "no_such_parameter");
}

}  // namespace
}  // namespace priorlab

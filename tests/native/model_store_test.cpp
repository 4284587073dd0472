#include "core/model_store.h"

#include <gtest/gtest.h>

#include "errors.h"

namespace priorlab {
namespace {

// A model of one number, which counts how often it was parsed.
struct Number {
  static constexpr const char* family = "number";
  static inline int parsed = 0;
  float value = 0;
  static Number from(const Safetensors& file) {
    ++parsed;
    return {take_f32(file, "value", {}, "priorlab train number").as<float>()[0]};
  }
};

std::vector<std::byte> number_file(float value) {
  Safetensors s;
  s.tensors["value"] = Tensor::from<float>({}, std::vector<float>{value});
  return write_safetensors(s);
}

TEST(ModelStore, ParsesAModelOnceAndSharesIt) {
  ModelStore store;
  store.put("one", number_file(1));
  const int before = Number::parsed;
  const auto a = store.get<Number>("one"), b = store.get<Number>("one");
  EXPECT_EQ(a, b);
  EXPECT_EQ(a->value, 1);
  EXPECT_EQ(Number::parsed, before + 1);
  EXPECT_TRUE(store.has("one"));
  EXPECT_EQ(store.names(), std::vector<std::string>{"one"});
}

TEST(ModelStore, ReplacingLeavesWhoHoldsTheOldOneAlone) {
  ModelStore store;
  store.put("m", number_file(1));
  const auto old = store.get<Number>("m");
  store.put("m", number_file(2));
  EXPECT_EQ(old->value, 1);
  EXPECT_EQ(store.get<Number>("m")->value, 2);
  store.drop("m");
  EXPECT_EQ(old->value, 1);
  EXPECT_FALSE(store.has("m"));
  store.drop("m");
}

TEST(ModelStore, UnknownNamesListWhatThereIs) {
  ModelStore store;
  EXPECT_SENTENCE(store.file("gmm"), "There is no model \"gmm\"; none is loaded");
  store.put("a", number_file(1));
  store.put("b", number_file(1));
  EXPECT_SENTENCE(store.get<Number>("gmm"), "There is no model \"gmm\"; there are a, b");
  // A failed question leaves nothing behind.
  store.put("gmm", number_file(4));
  EXPECT_EQ(store.get<Number>("gmm")->value, 4);
}

TEST(ModelStore, DamagedFilesAreRefusedByNameAndReplaceNothing) {
  ModelStore store;
  store.put("m", number_file(1));
  auto cut = number_file(2);
  cut.pop_back();
  EXPECT_SENTENCE(store.put("m", cut),
                  "The model \"m\" cannot be read. The tensor \"value\" lies at bytes 0 to 4");
  EXPECT_SENTENCE(store.put("m", {}),
                  "The model \"m\" cannot be read. A safetensors file has at least 8 bytes");
  EXPECT_EQ(store.get<Number>("m")->value, 1);
  EXPECT_SENTENCE(store.put("", number_file(1)), "needs a name");
}

TEST(ModelStore, AFileOfAnotherFamilyIsRefusedWithTheCommandThatMakesARightOne) {
  ModelStore store;
  Safetensors other;
  other.tensors["weights"] = Tensor(DType::f32, {3});
  store.put("m", write_safetensors(other));
  EXPECT_SENTENCE(store.get<Number>("m"),
                  "no tensor \"value\" (it has: weights). `priorlab train number` makes");
}

}  // namespace
}  // namespace priorlab

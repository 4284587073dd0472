// The module as JavaScript sees it: generic functions over the registry, whatever tasks there are. The
// only file that knows Emscripten. web/src/engine/module.ts is its TypeScript view.
//
// Every function returns {ok: value} or {error: {kind: "user" | "internal", message}}; a C++ exception never
// crosses. Tensors cross as {dtype, shape, data: typed array}. Pixels are copied twice in all: into the heap
// by `copy_in`, out of it by `copy_out`; both take their view of the heap and drop it within one call that
// allocates nothing there.
#include <emscripten/bind.h>
#include <emscripten/em_js.h>
#include <emscripten/val.h>

#include <map>
#include <memory>
#include <new>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/model_store.h"
#include "core/parallel_for.h"
#include "core/preview.h"
#include "core/safetensors.h"
#include "core/task.h"
#include "registry.h"

// clang-format off
EM_JS_DEPS(priorlab_copies, "$Emval");
EM_JS(double, byte_length_of, (emscripten::EM_VAL array), {
  const data = Emval.toValue(array);
  return ArrayBuffer.isView(data) ? data.byteLength : -1;
});
EM_JS(void, copy_in, (emscripten::EM_VAL array, void* to), {
  const data = Emval.toValue(array);
  HEAPU8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), to);
});
// kind: 0 Uint8Array, 1 Uint16Array, 2 Int32Array, 3 Float32Array. slice() of a shared heap is not shared.
EM_JS(emscripten::EM_VAL, copy_out, (const void* from, size_t bytes, int kind), {
  const { buffer } = HEAPU8.slice(from, from + bytes);
  return Emval.toHandle(new [Uint8Array, Uint16Array, Int32Array, Float32Array][kind](buffer));
});
// clang-format on

namespace priorlab {
namespace {

using emscripten::val;

struct Running {
  std::unique_ptr<Task> task;
  ParamSpecs specs;
  nlohmann::json params;  // as they are now: live changes are merged into them
};

ModelStore& models() {
  static ModelStore store;
  return store;
}

std::map<int, Running>& tasks() {
  static std::map<int, Running> all;
  return all;
}

Running& running(int handle) {
  const auto found = tasks().find(handle);
  PRIORLAB_CHECK(found != tasks().end());
  return found->second;
}

val failure(const char* kind, const std::string& message) {
  val error = val::object();
  error.set("kind", std::string(kind));
  error.set("message", message);
  val reply = val::object();
  reply.set("error", error);
  return reply;
}

// The one catch.
template <class Body>
val guarded(const Body& body) {
  try {
    val reply = val::object();
    reply.set("ok", body());
    return reply;
  } catch (const std::invalid_argument& e) {
    return failure("user", e.what());
  } catch (const std::bad_alloc&) {
    return failure("user",
                   "There is not enough memory for this in a browser tab; a smaller picture may work.");
  } catch (const std::exception& e) {
    return failure("internal", e.what());
  }
}

// ---- Values that cross

val bytes_out(std::span<const std::byte> bytes, DType dtype = DType::u8) {
  const int kind = dtype == DType::f32 ? 3 : dtype == DType::i32 ? 2 : dtype == DType::f16 ? 1 : 0;
  return val::take_ownership(copy_out(bytes.data(), bytes.size(), kind));
}

std::vector<std::byte> bytes_in(const val& array) {
  const double length = byte_length_of(array.as_handle());
  if (length < 0) invalid("A typed array was expected.");
  std::vector<std::byte> bytes(static_cast<std::size_t>(length));
  copy_in(array.as_handle(), bytes.data());
  return bytes;
}

val tensor_out(const Tensor& tensor) {
  val shape = val::array();
  for (std::size_t i = 0; i < tensor.shape().size(); ++i)
    shape.set(i, static_cast<double>(tensor.shape()[i]));
  val object = val::object();
  object.set("dtype", name_of(tensor.dtype()));
  object.set("shape", shape);
  object.set("data", bytes_out(tensor.bytes(), tensor.dtype()));
  return object;
}

Tensor tensor_in(const val& object) {
  Shape shape;
  const val extents = object["shape"];
  const int axes = extents["length"].as<int>();
  for (int i = 0; i < axes; ++i) shape.push_back(static_cast<std::int64_t>(extents[i].as<double>()));
  Tensor tensor(dtype_named(object["dtype"].as<std::string>()), shape);
  const val data = object["data"];
  const double length = byte_length_of(data.as_handle());
  if (length != static_cast<double>(tensor.bytes().size()))
    invalid("A tensor of type ", name_of(tensor.dtype()), " and shape ", to_text(shape), " has ",
            tensor.bytes().size(), " bytes; ", length, " came.");
  copy_in(data.as_handle(), tensor.bytes().data());
  return tensor;
}

TensorMap tensors_in(const val& object) {
  TensorMap tensors;
  const val names = val::global("Object").call<val>("keys", object);
  const int count = names["length"].as<int>();
  for (int i = 0; i < count; ++i) {
    const auto name = names[i].as<std::string>();
    if (!object[name].isUndefined()) tensors.emplace(name, tensor_in(object[name]));
  }
  return tensors;
}

nlohmann::json params_in(const std::string& text) {
  nlohmann::json params = nlohmann::json::parse(text, nullptr, false);
  PRIORLAB_CHECK(params.is_object());
  return params;
}

val status_out(const StepResult& status) {
  val object = val::object();
  object.set("done", status.done);
  object.set("unit_finished", status.unit_finished);
  object.set("unit", status.unit);
  object.set("units", status.units);
  object.set("progress", status.progress);
  object.set("blocks", status.blocks);
  return object;
}

int member(const val& object, const char* name, int otherwise) {
  const val value = object[name];
  return value.isUndefined() ? otherwise : value.as<int>();
}

// ---- The functions

// Before anything else: how many threads there may be, the caller included.
val set_threads(int count) {
  return guarded([&] {
    set_thread_count(count);
    return thread_count();
  });
}

val describe_registry() {
  return guarded([] { return describe_all().dump(); });
}

// `state` is a Uint8Array from `save`, or undefined.
val create(const std::string& id, const std::string& params_text, const val& inputs, const val& state_bytes) {
  return guarded([&] {
    Running made;
    made.specs = task_factory(id).info().params;
    made.params = params_in(params_text);
    Safetensors state;
    const bool resumes = !state_bytes.isUndefined();
    if (resumes) state = read_safetensors(bytes_in(state_bytes));
    made.task = create_task(id, made.params, tensors_in(inputs), models(), resumes ? &state : nullptr);
    static int last_handle = 0;
    tasks().emplace(++last_handle, std::move(made));
    return last_handle;
  });
}

val step(int handle, double budget_ms) {
  return guarded([&] { return status_out(running(handle).task->step(budget_ms)); });
}

val status(int handle) {
  return guarded([&] { return status_out(running(handle).task->status()); });
}

val set(int handle, const std::string& params_text, const val& inputs) {
  return guarded([&] {
    Running& it = running(handle);
    nlohmann::json params = it.params;
    const nlohmann::json given = params_in(params_text);  // a name: items() of a temporary would dangle
    for (const auto& [name, value] : given.items()) {
      for (const ParamSpec& spec : it.specs)
        if (spec.name == name && !spec.live) invalid("\"", spec.label, "\" cannot be changed during a run.");
      params[name] = value;
    }
    it.task->set(Params::from_json(it.specs, params), tensors_in(inputs));
    it.params = std::move(params);
    return status_out(it.task->status());
  });
}

// options: {window?: {y, x, height, width}, scale?: int, as?: "f32" | "rgba8"}.
val output(int handle, const std::string& name, const val& options) {
  return guarded([&] {
    Window window;
    if (const val given = options["window"]; !given.isUndefined())
      window = {member(given, "y", 0), member(given, "x", 0), member(given, "height", 0),
                member(given, "width", 0)};
    const int scale = member(options, "scale", 1);
    const Tensor tensor = running(handle).task->output(name, window);
    if (options["as"].strictlyEquals(val("rgba8"))) return tensor_out(preview_rgba8(tensor, scale));
    return tensor_out(scale == 1 ? tensor : box_mean(tensor, scale));
  });
}

val metrics(int handle) {
  return guarded([&] {
    val object = val::object();
    for (const auto& [name, value] : running(handle).task->metrics()) object.set(name, value);
    return object;
  });
}

// ---- Between replicas of a task in several workers (core/task.h)

val share_of(int handle) {
  return guarded([&] {
    const Task& task = *running(handle).task;
    val object = val::object();
    object.set("shares", task.shares());
    object.set("bytes", task.bytes());
    object.set("led", task.leader_runs_first_block());
    return object;
  });
}

val run_blocks(int handle, int first, int count) {
  return guarded([&] {
    running(handle).task->run_blocks(first, count);
    return true;
  });
}

val results(int handle, int first, int count) {
  return guarded([&] { return bytes_out(running(handle).task->results(first, count)); });
}

val put_results(int handle, const val& bytes) {
  return guarded([&] {
    running(handle).task->put_results(bytes_in(bytes));
    return true;
  });
}

val finish_unit(int handle) {
  return guarded([&] { return status_out(running(handle).task->finish_unit()); });
}

val save(int handle) {
  return guarded([&] { return bytes_out(write_safetensors(running(handle).task->save())); });
}

val model_of(int handle) {
  return guarded([&] { return bytes_out(write_safetensors(running(handle).task->model())); });
}

val destroy(int handle) {
  return guarded([&] { return static_cast<int>(tasks().erase(handle)); });
}

val put_model(const std::string& name, const val& file) {
  return guarded([&] {
    models().put(name, bytes_in(file));
    return true;
  });
}

val drop_model(const std::string& name) {
  return guarded([&] {
    models().drop(name);
    return true;
  });
}

}  // namespace

EMSCRIPTEN_BINDINGS(priorlab) {
  emscripten::function("set_threads", &set_threads);
  emscripten::function("describe", &describe_registry);
  emscripten::function("create", &create);
  emscripten::function("step", &step);
  emscripten::function("status", &status);
  emscripten::function("set", &set);
  emscripten::function("output", &output);
  emscripten::function("metrics", &metrics);
  emscripten::function("share_of", &share_of);
  emscripten::function("run_blocks", &run_blocks);
  emscripten::function("results", &results);
  emscripten::function("put_results", &put_results);
  emscripten::function("finish_unit", &finish_unit);
  emscripten::function("save", &save);
  emscripten::function("model_of", &model_of);
  emscripten::function("destroy", &destroy);
  emscripten::function("put_model", &put_model);
  emscripten::function("drop_model", &drop_model);
}

}  // namespace priorlab

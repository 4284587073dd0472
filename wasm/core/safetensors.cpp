#include "core/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>

#include "core/error.h"

static_assert(std::endian::native == std::endian::little, "safetensors data is little-endian");

namespace priorlab {
namespace {

using nlohmann::json;

constexpr std::uint64_t kMaxHeader = 16u << 20;
const std::string kMetadata = "__metadata__";

struct Word {
  const char* name;
  DType dtype;
};
constexpr Word kWords[] = {{"F32", DType::f32}, {"F16", DType::f16}, {"U8", DType::u8}, {"I32", DType::i32}};

const char* word_of(DType dtype) {
  for (const Word& w : kWords)
    if (w.dtype == dtype) return w.name;
  PRIORLAB_CHECK(false);
  return "";
}

struct Extent {
  std::string name;
  DType dtype;
  Shape shape;
  std::uint64_t begin, end;
};

// Parses the header; a name that comes twice in one object is an error (a JSON library keeps one silently).
json parse_header(std::string_view text) {
  if (text.empty() || text.front() != '{') invalid("The safetensors header must be a JSON object.");
  std::vector<std::set<std::string>> names;
  const auto watch = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key && !names.back().insert(parsed.get<std::string>()).second)
      invalid("The safetensors header has the name \"", parsed.get<std::string>(), "\" twice.");
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::exception& e) {
    invalid("The safetensors header is not JSON: ", e.what(), ".");
  }
}

std::map<std::string, std::string> metadata_from(const json& object) {
  if (!object.is_object())
    invalid("\"__metadata__\" must be an object of strings; ", object.type_name(), " came.");
  std::map<std::string, std::string> metadata;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string())
      invalid("\"__metadata__\" must be an object of strings; \"", key, "\" is ", value.type_name(), ".");
    metadata[key] = value.get<std::string>();
  }
  return metadata;
}

Extent extent_from(const std::string& name, const json& entry) {
  if (!entry.is_object())
    invalid("The tensor \"", name, "\" must be an object; ", entry.type_name(), " came.");
  for (const char* key : {"dtype", "shape", "data_offsets"})
    if (!entry.contains(key)) invalid("The tensor \"", name, "\" has no \"", key, "\".");
  for (const auto& [key, value] : entry.items())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      invalid("The tensor \"", name, "\" has the unknown key \"", key, "\".");

  Extent extent;
  extent.name = name;
  const json& dtype = entry["dtype"];
  const auto word = std::ranges::find_if(kWords, [&](const Word& w) { return dtype == w.name; });
  if (word == std::end(kWords))
    invalid("The tensor \"", name, "\" has the element type ",
            dtype.dump(-1, ' ', false, json::error_handler_t::replace), "; F32, F16, U8 and I32 are known.");
  extent.dtype = word->dtype;

  const json& shape = entry["shape"];
  if (!shape.is_array()) invalid("The shape of the tensor \"", name, "\" must be a list of whole numbers.");
  for (const json& side : shape) {
    if (!side.is_number_unsigned() || side.get<std::uint64_t>() > std::uint64_t{1} << 40)
      invalid("The shape of the tensor \"", name, "\" must be a list of whole numbers from 0 to 2^40.");
    extent.shape.push_back(side.get<std::int64_t>());
  }

  const json& offsets = entry["data_offsets"];
  if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
      !offsets[1].is_number_unsigned())
    invalid("The data offsets of the tensor \"", name, "\" must be two whole numbers.");
  extent.begin = offsets[0].get<std::uint64_t>();
  extent.end = offsets[1].get<std::uint64_t>();
  return extent;
}

void check_extents(const std::vector<Extent>& extents, std::uint64_t data_size) {
  std::uint64_t expected = 0;
  for (const Extent& e : extents) {
    if (e.begin > e.end || e.end > data_size)
      invalid("The tensor \"", e.name, "\" lies at bytes ", e.begin, " to ", e.end, ", outside the ",
              data_size, " bytes of data: the file is damaged or cut short.");
    const std::uint64_t needed =
        static_cast<std::uint64_t>(element_count(e.shape)) * bytes_per_element(e.dtype);
    if (e.end - e.begin != needed)
      invalid("The tensor \"", e.name, "\" of type ", name_of(e.dtype), " and shape ", to_text(e.shape),
              " needs ", needed, " bytes; its extent has ", e.end - e.begin, ".");
    if (e.begin != expected)
      invalid("The tensor \"", e.name, "\" begins at byte ", e.begin, "; ", expected,
              " was expected (tensors ", e.begin < expected ? "overlap" : "leave a gap", ").");
    expected = e.end;
  }
  if (expected != data_size)
    invalid("The tensors end at byte ", expected, " of ", data_size, " bytes of data.");
}

void check_finite(const std::string& name, const Tensor& tensor) {
  std::int64_t index = -1;
  if (tensor.dtype() == DType::f32) {
    const auto values = tensor.as<float>();
    const auto bad = std::ranges::find_if(values, [](float v) { return !std::isfinite(v); });
    if (bad != values.end()) index = bad - values.begin();
  } else if (tensor.dtype() == DType::f16) {
    const auto values = tensor.as<std::uint16_t>();
    const auto bad = std::ranges::find_if(values, [](std::uint16_t v) { return (v & 0x7c00u) == 0x7c00u; });
    if (bad != values.end()) index = bad - values.begin();
  }
  if (index >= 0)
    invalid("The tensor \"", name, "\" has a NaN or infinity at index ", index,
            "; every value must be finite.");
}

}  // namespace

Safetensors read_safetensors(std::span<const std::byte> file) {
  if (file.size() < 8) invalid("A safetensors file has at least 8 bytes; ", file.size(), " came.");
  std::uint64_t header_size;
  std::memcpy(&header_size, file.data(), 8);
  if (header_size > file.size() - 8 || header_size > kMaxHeader)
    invalid("This is no safetensors file or it is cut short: it gives its header ", header_size,
            " bytes, but ", file.size() - 8, " follow (at most ", kMaxHeader, " are allowed).");
  const auto header_bytes = file.subspan(8, static_cast<std::size_t>(header_size));
  const auto data = file.subspan(8 + static_cast<std::size_t>(header_size));
  const json header = parse_header({reinterpret_cast<const char*>(header_bytes.data()), header_bytes.size()});

  Safetensors result;
  std::vector<Extent> extents;
  for (const auto& [name, entry] : header.items()) {
    if (name == kMetadata)
      result.metadata = metadata_from(entry);
    else
      extents.push_back(extent_from(name, entry));
  }
  std::ranges::sort(extents, {}, [](const Extent& e) { return std::pair(e.begin, e.end); });
  // Everything is compared with the bytes that are there before anything is allocated.
  check_extents(extents, data.size());
  for (const Extent& e : extents) {
    Tensor tensor(e.dtype, e.shape);
    std::ranges::copy(
        data.subspan(static_cast<std::size_t>(e.begin), static_cast<std::size_t>(e.end - e.begin)),
        tensor.bytes().begin());
    check_finite(e.name, tensor);
    result.tensors.emplace(e.name, std::move(tensor));
  }
  return result;
}

std::vector<std::byte> write_safetensors(const Safetensors& contents) {
  // Ordered, so that the text is the one that the public library writes: dtype, shape, data_offsets.
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!contents.metadata.empty()) header[kMetadata] = contents.metadata;
  std::uint64_t end = 0;
  for (const auto& [name, tensor] : contents.tensors) {
    if (name == kMetadata) invalid("A tensor cannot be called \"", name, "\": the format keeps that name.");
    check_finite(name, tensor);
    const std::uint64_t begin = end;
    end += tensor.bytes().size();
    header[name] = {
        {"dtype", word_of(tensor.dtype())}, {"shape", tensor.shape()}, {"data_offsets", {begin, end}}};
  }
  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception&) {
    invalid("The names and metadata of a safetensors file must be UTF-8.");
  }
  text.resize((text.size() + 7) / 8 * 8, ' ');
  if (text.size() > kMaxHeader)
    invalid("The safetensors header would have ", text.size(), " bytes; at most ", kMaxHeader,
            " are allowed.");

  std::vector<std::byte> file(8 + text.size());
  file.reserve(file.size() + static_cast<std::size_t>(end));
  const std::uint64_t header_size = text.size();
  std::memcpy(file.data(), &header_size, 8);
  std::memcpy(file.data() + 8, text.data(), text.size());
  for (const auto& [name, tensor] : contents.tensors)
    file.insert(file.end(), tensor.bytes().begin(), tensor.bytes().end());
  return file;
}

Tensor take_f32(const Safetensors& contents, const std::string& name, const Shape& shape,
                const std::string& rebuild) {
  const auto again = [&] { return " `" + rebuild + "` makes the file anew."; };
  const auto found = contents.tensors.find(name);
  if (found == contents.tensors.end()) {
    std::string known;
    for (const auto& [other, tensor] : contents.tensors) known += (known.empty() ? "" : ", ") + other;
    invalid("The file has no tensor \"", name, "\" (it has: ", known.empty() ? "none" : known, ").", again());
  }
  const Tensor& tensor = found->second;
  std::string wanted = "(";
  bool fits = tensor.shape().size() == shape.size();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    wanted += (i ? ", " : "") + (shape[i] < 0 ? std::string("any") : std::to_string(shape[i]));
    fits = fits && (shape[i] < 0 || tensor.shape()[i] == shape[i]);
  }
  wanted += ")";
  if (!fits || (tensor.dtype() != DType::f32 && tensor.dtype() != DType::f16))
    invalid("The tensor \"", name, "\" must be f32 or f16 of shape ", wanted, "; ", name_of(tensor.dtype()),
            " of shape ", to_text(tensor.shape()), " came.", again());
  return to_f32(tensor);
}

}  // namespace priorlab

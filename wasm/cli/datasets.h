// Which pictures are for what, in one place: training, choosing, testing. Sets are folders of pictures given
// by the user.
#pragma once

#include <string>
#include <vector>

#include "core/image.h"

namespace priorlab {

// All .png, .jpg and .jpeg files of a folder, sorted by name. Throws std::invalid_argument when there is
// none.
std::vector<std::string> pictures_in(const std::string& folder);

// The 200 training pictures of BSDS300 in name order, split by a fixed rule: every tenth, starting with the
// sixth, is kept out of training, and schedules, priors and estimators are chosen on these 20. Test sets are
// read once, at the end.
struct TrainingSplit {
  std::vector<std::string> training, held_out;
};
TrainingSplit bsds300_split(const std::string& train_folder);

// Grey as in the usual grey BSD68: Rec. 601 luma, rounded to 8 bits.
Image read_grey(const std::string& path);

}  // namespace priorlab

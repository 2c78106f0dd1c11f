// What a refused input says.
#pragma once

#include <string>

#include "verimix/core/error.hpp"

namespace verimix::support {

/// The message of the InputError that `call` throws; "accepted" if it throws none.
template <class Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace verimix::support

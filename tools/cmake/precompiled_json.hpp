// For the precompiled headers. nlohmann's literal ""_json is an inline function, so every source that has seen it
// compiles the whole parser again, which takes longer than many of our sources. It is compiled in core/json.cpp.
#pragma once

#include <nlohmann/json.hpp>

extern template nlohmann::json nlohmann::json::parse<const char*>(const char*, const char*,
                                                                  const nlohmann::json::parser_callback_t, const bool,
                                                                  const bool);

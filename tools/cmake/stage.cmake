# verimix_stage(<name> SOURCES <file>... [USES <earlier stage>...] [LIBRARIES <target>...] [HEADERS_ONLY <target>...])
#
# LIBRARIES are what the stage's headers or its archive need; HEADERS_ONLY are header libraries that only its sources include.
# One static library a stage. Each stage's headers are put on the include path under a directory of their own, so a stage
# that includes a header of a stage it does not use fails to compile: the build itself refuses a wrong arrow.
function(verimix_stage name)
  cmake_parse_arguments(PARSE_ARGV 1 stage "" "" "SOURCES;USES;LIBRARIES;HEADERS_ONLY")
  set(target verimix_${name})
  add_library(${target} STATIC ${stage_SOURCES})
  add_library(verimix::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})

  set(view "${PROJECT_BINARY_DIR}/stage-include/${name}")
  file(MAKE_DIRECTORY "${view}/verimix")
  file(CREATE_LINK "${PROJECT_SOURCE_DIR}/include/verimix/${name}" "${view}/verimix/${name}" SYMBOLIC)
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${view}> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

  foreach(earlier IN LISTS stage_USES)
    target_link_libraries(${target} PUBLIC verimix_${earlier})
  endforeach()
  target_link_libraries(${target} PUBLIC verimix_public ${stage_LIBRARIES} PRIVATE $<BUILD_INTERFACE:verimix_private>)
  foreach(library IN LISTS stage_HEADERS_ONLY)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
  endforeach()
  verimix_precompile(${target} verimix_core <Eigen/Cholesky> <Eigen/Eigenvalues> <Eigen/LU> <Eigen/QR>
    <boost/multiprecision/gmp.hpp> <boost/multiprecision/mpfr.hpp> <fmt/format.h> <functional>
    "${PROJECT_SOURCE_DIR}/tools/cmake/precompiled_json.hpp" <string> <vector>)
  verimix_unite(${target})
  set_property(GLOBAL APPEND PROPERTY VERIMIX_STAGES ${target})
endfunction()

# The heavy headers of others, parsed once for all targets of a kind: `owner` precompiles them, the others use what it made.
# Parsing them is about a third of a source's compile time.
function(verimix_precompile target owner)
  if(NOT VERIMIX_PRECOMPILE)
    return()
  endif()
  if(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# Several sources compiled as one share what they instantiate (decisions/008). Sources with compile options of their own
# stay alone.
function(verimix_unite target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${VERIMIX_UNITY} UNITY_BUILD_BATCH_SIZE 9)
endfunction()

# verimix_test(<stage> SOURCES <file>...): one GoogleTest program a stage, labelled with the stage's name. RapidCheck's
# seed is fixed so that a run can be repeated; VERIMIX_RC_PARAMS replaces it (the nightly tier draws a new one).
set(VERIMIX_RC_PARAMS "seed=20260401" CACHE STRING "RC_PARAMS of the property tests")
function(verimix_test stage)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;LIBRARIES")
  set(target ${stage}_test)
  add_executable(${target} ${test_SOURCES})
  target_link_libraries(${target} PRIVATE verimix_${stage} verimix_private ${test_LIBRARIES} test_support GTest::gtest_main)
  verimix_precompile(${target} test_support)
  verimix_unite(${target})
  # These include sources of the stage.
  set_source_files_properties(archetype_test.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  gtest_discover_tests(${target} PROPERTIES LABELS ${stage} ENVIRONMENT "RC_PARAMS=${VERIMIX_RC_PARAMS}"
    DISCOVERY_TIMEOUT 60 TIMEOUT 300)
  # A test named DISABLED_ takes too long for every day: `ctest -C nightly -L nightly` runs them, a stage at a time.
  add_test(NAME ${stage}.nightly CONFIGURATIONS nightly
    COMMAND ${target} --gtest_also_run_disabled_tests --gtest_filter=*DISABLED_*)
  set_tests_properties(${stage}.nightly PROPERTIES LABELS "${stage};nightly" TIMEOUT 3600
    ENVIRONMENT "RC_PARAMS=${VERIMIX_RC_PARAMS}")
endfunction()

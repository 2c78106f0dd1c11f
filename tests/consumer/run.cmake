# Installs the build tree into a prefix of its own, builds the consumer against it, runs it, checks what it prints.
#   cmake -D BUILD=<build tree> -D SOURCE=<this folder> -D WORK=<scratch> -P run.cmake
file(REMOVE_RECURSE "${WORK}")
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()
run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/prefix")
run(${CMAKE_COMMAND} -G Ninja -S "${SOURCE}" -B "${WORK}/build" "-DCMAKE_PREFIX_PATH=${WORK}/prefix"
    "-DCMAKE_CXX_FLAGS=${FLAGS}" "-DCMAKE_CXX_COMPILER=${COMPILER}")
run(${CMAKE_COMMAND} --build "${WORK}/build")
run("${WORK}/build/consumer")
# over1 at t = 0.1 and x = 1/2 is 0.140948898281311573... (mpmath, 40 digits); the two terms that cancel there are three times as
# large, so 14 digits are what double owes.
if(NOT output MATCHES "^${EXPECTED}")
  message(FATAL_ERROR "the consumer printed ${output}, expected ${EXPECTED}...")
endif()
run("${WORK}/build/judge" "${SOURCE}/../data/vectors")
if(NOT output MATCHES "^score: pass, 2 cases passed; sampler: pass\n$")
  message(FATAL_ERROR "the judge printed ${output}")
endif()

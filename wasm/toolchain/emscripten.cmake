# CMake toolchain file: Emscripten's own, from wherever wasm/toolchain/emscripten.mjs found or put it.
if(NOT DEFINED ENV{PRIORLAB_EMSCRIPTEN})
  find_program(node_program NAMES node nodejs REQUIRED NO_CMAKE_FIND_ROOT_PATH)
  execute_process(COMMAND ${node_program} ${CMAKE_CURRENT_LIST_DIR}/emscripten.mjs --find
    OUTPUT_VARIABLE found OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "Emscripten is missing: run `node wasm/toolchain/emscripten.mjs`.")
  endif()
  set(ENV{PRIORLAB_EMSCRIPTEN} ${found})  # the compiler checks read this file again
endif()
include($ENV{PRIORLAB_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake)
set(PRIORLAB_EMSCRIPTEN_USED $ENV{PRIORLAB_EMSCRIPTEN} CACHE INTERNAL "where Emscripten was when this folder was configured")

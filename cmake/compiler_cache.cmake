# ccache in front of every compiler. Paths below the checkout are hashed relative to it, so a second clone finds what the
# first one compiled.
find_program(PRIORLAB_CCACHE ccache)
if(PRIORLAB_CCACHE)
  # The wrappers that -march=native and Emscripten's clang are: what they stand for has to be part of the hash.
  set(machine ${CMAKE_BINARY_DIR}/machine.txt)
  if(EXISTS /proc/cpuinfo)
    file(STRINGS /proc/cpuinfo cpu_flags REGEX "^flags" LIMIT_COUNT 1)
  endif()
  file(CONFIGURE OUTPUT ${machine} CONTENT "${CMAKE_SYSTEM_PROCESSOR} ${cpu_flags}\n")
  set(settings CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1)
  if(EMSCRIPTEN)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${settings} EM_COMPILER_WRAPPER=${PRIORLAB_CCACHE})
  else()
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env ${settings} CCACHE_EXTRAFILES=${machine} ${PRIORLAB_CCACHE})
  endif()
endif()

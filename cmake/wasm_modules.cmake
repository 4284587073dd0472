# The modules that the page loads, build/wasm/<flavour>/<name>.{mjs,wasm}: the same bindings over a part of the registry each.
file(GLOB binding_sources CONFIGURE_DEPENDS wasm/bindings/*.cpp)
if(NOT binding_sources)
  return()
endif()
set(options
  -Os
  -lembind -sEMBIND_AOT=1 -sDYNAMIC_EXECUTION=0    # no eval: works under a strict content security policy
  -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=worker   # started inside a module worker of ours
  -sFILESYSTEM=0
  -sABORTING_MALLOC=0                              # out of memory is std::bad_alloc, not a dead instance
  -sSTACK_SIZE=1MB
  # 2 GB: the largest heap whose addresses every engine takes as signed integers without masking.
  -sINITIAL_MEMORY=32MB -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=2GB)
if(PRIORLAB_RELAXED)
  # Embind's bindings are written ahead of time by a run of the module under node; node 20 has relaxed SIMD behind a flag.
  find_program(node_program NAMES node nodejs REQUIRED NO_CMAKE_FIND_ROOT_PATH)
  execute_process(COMMAND ${node_program} --v8-options OUTPUT_VARIABLE node_flags)
  if(node_flags MATCHES "--experimental-wasm-relaxed-simd")
    set(node_relaxed ${CMAKE_BINARY_DIR}/node-relaxed)
    file(WRITE ${node_relaxed} "#!/bin/sh\nexec '${node_program}' --experimental-wasm-relaxed-simd \"$@\"\n")
    file(CHMOD ${node_relaxed} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    set(launcher "${CMAKE_COMMAND};-E;env;EM_NODE_JS=${node_relaxed}")
  endif()
endif()
if(PRIORLAB_THREADS)
  list(APPEND options
    # Module.threads, given at start, says how many threads there are in all; the calling worker is one of them.
    "-sPTHREAD_POOL_SIZE=Math.max(0,(Module['threads']||navigator['hardwareConcurrency']||1)-1)"
    -sDEFAULT_PTHREAD_STACK_SIZE=1MB)
endif()
add_custom_target(priorlab_modules)
foreach(name pictures patches digits)
  string(TOUPPER ${name} part)
  add_executable(priorlab_${name} ${binding_sources} wasm/registry.cpp)
  set_target_properties(priorlab_${name} PROPERTIES
    OUTPUT_NAME ${name} SUFFIX .mjs CXX_LINKER_LAUNCHER "${launcher}")
  target_compile_definitions(priorlab_${name} PRIVATE PRIORLAB_ONE_MODULE PRIORLAB_${part})
  target_link_libraries(priorlab_${name} PRIVATE priorlab_core priorlab_flags)
  target_link_options(priorlab_${name} PRIVATE ${options})
  add_dependencies(priorlab_modules priorlab_${name})
endforeach()

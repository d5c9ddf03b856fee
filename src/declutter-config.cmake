# find_package(declutter) gives declutter::declutter, the shared library, which
# needs nothing else to link against.  find_package(declutter COMPONENTS
# static) adds declutter::declutter_static, whose dependencies the machine must
# then have as development packages: hence only on request.
include(${CMAKE_CURRENT_LIST_DIR}/declutter-targets.cmake)

foreach(component IN LISTS declutter_FIND_COMPONENTS)
  if(component STREQUAL "static")
    include(CMakeFindDependencyMacro)
    find_dependency(LibXml2)
    find_dependency(ZLIB)
    find_dependency(PkgConfig)
    pkg_check_modules(UCHARDET REQUIRED IMPORTED_TARGET uchardet)
    pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc)
    pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
    include(${CMAKE_CURRENT_LIST_DIR}/declutter-static-targets.cmake)
    set(declutter_static_FOUND TRUE)
  elseif(declutter_FIND_REQUIRED_${component})
    set(declutter_FOUND FALSE)
    set(declutter_NOT_FOUND_MESSAGE "declutter has no part '${component}'")
  endif()
endforeach()

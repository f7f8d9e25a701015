// Stands in for NVIDIA's driver and run-time compiler: compiles with g++ under shim.h, and launches on the processor. Every card is a small H100.
#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <map>
#include <regex>
#include <string>

static std::string shim_path, work_folder, wrong;
static bool backwards;
static int launches, compiled, capability = 90;

struct Program {
  std::string text, log, code;
};
typedef const char* (*Launch)(int, int, int, int, bool, const char*);

extern "C" {
void standin_begin(const char* shim, const char* folder) { shim_path = shim, work_folder = folder; }
void standin_backwards(int value) { backwards = value; }
void standin_capability(int value) { capability = value; }
int standin_launches() { return launches; }
int standin_compiled() { return compiled; }

int nvrtcVersion(int* major, int* minor) {
  *major = 0, *minor = 1;
  return 0;
}
int nvrtcCreateProgram(Program** program, const char* text, const char*, int, const char* const*, const char* const*) {
  *program = new Program{text, "", ""};
  return 0;
}
int nvrtcDestroyProgram(Program** program) {
  delete *program;
  return 0;
}
int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  if (count < 1 || strncmp(options[0], "--gpu-architecture=sm_", 22)) return 5;
  char name[1024];
  snprintf(name, sizeof name, "%s/kernel-XXXXXX", work_folder.c_str());
  if (!mkdtemp(name)) return 1;
  const std::string base = name;
  std::ofstream source(base + "/kernel.cpp");
  source << program->text << "\n";
  const std::regex kernels("__global__ void (?:__launch_bounds__\\([^)]*\\) )?(\\w+)\\(");
  for (std::sregex_iterator i(program->text.begin(), program->text.end(), kernels), none; i != none; ++i)
    source << "extern \"C\" const char* shim_" << (*i)[1] << "(int x, int y, int threads, int bytes, bool backwards, const char* arguments) { return shim::launch("
           << (*i)[1] << ", x, y, threads, bytes, backwards, arguments); }\n";
  source.close();
  const std::string command = "g++ -std=c++17 -O1 -w -shared -fPIC -include '" + shim_path + "' " + base + "/kernel.cpp -o " + base + "/kernel.so 2>" + base + "/log";
  const int status = system(command.c_str());
  std::ifstream log(base + "/log");
  program->log.assign(std::istreambuf_iterator<char>(log), {});
  program->code = base + "/kernel.so";
  compiled++;
  return status ? 6 : 0;
}
int nvrtcGetProgramLogSize(Program* program, size_t* size) {
  *size = program->log.size() + 1;
  return 0;
}
int nvrtcGetProgramLog(Program* program, char* log) {
  strcpy(log, program->log.c_str());
  return 0;
}
int nvrtcGetCUBINSize(Program* program, size_t* size) {
  *size = program->code.size() + 1;
  return 0;
}
int nvrtcGetCUBIN(Program* program, char* code) {
  strcpy(code, program->code.c_str());
  return 0;
}

int cuInit(unsigned) { return 0; }
int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return 0;
}
int cuDevicePrimaryCtxRetain(void** context, int) {
  *context = &launches;
  return 0;
}
int cuCtxSetCurrent(void*) { return 0; }
int cuDeviceGetAttribute(int* value, int attribute, int) {
  // Multiprocessors, compute capability, shared memory of a block.
  *value = attribute == 16 ? 4 : attribute == 75 ? capability / 10 : attribute == 76 ? capability % 10 : attribute == 97 ? 232448 : -1;
  return *value < 0;
}
int cuModuleLoadData(void** module, const char* code) {
  *module = dlopen(code, RTLD_NOW | RTLD_LOCAL);
  if (!*module) wrong = dlerror();
  return *module ? 0 : 999;
}
int cuModuleGetFunction(void** function, void* module, const char* name) {
  *function = dlsym(module, (std::string("shim_") + name).c_str());
  return *function ? 0 : 500;
}
int cuFuncSetAttribute(void*, int, int) { return 0; }
int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void*, int, size_t) {
  *blocks = 2;
  return 0;
}
int cuLaunchKernel(void* function, unsigned x, unsigned y, unsigned, unsigned threads, unsigned, unsigned, unsigned bytes, void*, void**, void** extra) {
  launches++;
  if (x == 0 || y == 0 || threads == 0 || threads > 1024 || bytes > 232448) {
    wrong = "invalid launch";
    return 1;
  }
  const char* problem = ((Launch)function)(x, y, threads, bytes, backwards, (const char*)extra[1]);
  if (problem) wrong = problem;
  return problem ? 700 : 0;
}
int cuMemHostAlloc(void** memory, size_t bytes, unsigned) { return !(*memory = malloc(bytes)); }
int cuMemcpyHtoDAsync_v2(void* to, const void* from, size_t bytes, void*) { return !memcpy(to, from, bytes); }
int cuMemcpyHtoD_v2(void* to, const void* from, size_t bytes) { return !memcpy(to, from, bytes); }
int cuMemcpyDtoH_v2(void* to, const void* from, size_t bytes) { return !memcpy(to, from, bytes); }
int cuMemcpyDtoDAsync_v2(void* to, const void* from, size_t bytes, void*) { return !memcpy(to, from, bytes); }
int cuMemsetD32Async(void* to, unsigned value, size_t count, void*) {
  for (size_t i = 0; i < count; i++) memcpy((char*)to + 4 * i, &value, 4);
  return 0;
}
int cuStreamSynchronize(void*) { return 0; }
int cuGetErrorString(int, const char** text) {
  *text = wrong.c_str();
  return 0;
}
}

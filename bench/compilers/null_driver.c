// A Vulkan driver for a graphics card that is not there. It passes calls on to Mesa's driver named by $NULL_DRIVER, which really
// compiles; but memory, commands and waiting, which need the card, are played here, and nothing is computed. What the compiler
// tells of each compute pipeline goes to the file $NULL_LOG: a line "pipeline", then names and values, each ended by a zero byte.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <vulkan/vk_icd.h>
#include <vulkan/vulkan.h>

static PFN_vkGetInstanceProcAddr instance_function;
static PFN_vkGetDeviceProcAddr device_function;
static VkInstance the_instance;
static VkDevice the_device;

#define OF_INSTANCE(name) ((PFN_##name)instance_function(the_instance, #name))
#define OF_DEVICE(name) ((PFN_##name)device_function(the_device, #name))

// --- What has no effect ---

static VkResult succeed(void) { return VK_SUCCESS; }

/** A handle that nobody looks into. */
static uint64_t new_handle(void) {
  static uint64_t last = 0x1000;
  return ++last;
}
static VkResult create_any(VkDevice d, const void *info, const void *allocator, uint64_t *handle) {
  *handle = new_handle();
  return VK_SUCCESS;
}
static VkResult counter_value(VkDevice d, VkSemaphore semaphore, uint64_t *value) {
  *value = 0;
  return VK_SUCCESS;
}
static VkResult allocate_commands(VkDevice d, const VkCommandBufferAllocateInfo *info, VkCommandBuffer *buffers) {
  for (uint32_t i = 0; i < info->commandBufferCount; i++) {
    VK_LOADER_DATA *buffer = calloc(1, sizeof *buffer); // the loader writes its table there
    set_loader_magic_value(buffer);
    buffers[i] = (VkCommandBuffer)buffer;
  }
  return VK_SUCCESS;
}

// --- Memory: of the process, one type for the card and one that is mapped ---

static const VkDeviceSize HEAP = 64ull << 30;
static const size_t HEADER = 4096; // before the bytes of an allocation: its size

static void describe_memory(VkPhysicalDeviceMemoryProperties *memory) {
  *memory = (VkPhysicalDeviceMemoryProperties){
      .memoryTypeCount = 2,
      .memoryTypes = {{VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT, 0},
                      {VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT | VK_MEMORY_PROPERTY_HOST_COHERENT_BIT |
                           VK_MEMORY_PROPERTY_HOST_CACHED_BIT, 0}},
      .memoryHeapCount = 1,
      .memoryHeaps = {{HEAP, VK_MEMORY_HEAP_DEVICE_LOCAL_BIT}},
  };
}
static void memory_properties(VkPhysicalDevice p, VkPhysicalDeviceMemoryProperties *memory) { describe_memory(memory); }
static void memory_properties2(VkPhysicalDevice p, VkPhysicalDeviceMemoryProperties2 *memory) {
  describe_memory(&memory->memoryProperties);
  for (VkBaseOutStructure *next = memory->pNext; next; next = next->pNext) {
    if (next->sType != VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_BUDGET_PROPERTIES_EXT) continue;
    VkPhysicalDeviceMemoryBudgetPropertiesEXT *budget = (void *)next;
    memset(budget->heapUsage, 0, sizeof budget->heapUsage);
    budget->heapBudget[0] = HEAP;
  }
}
static VkResult allocate(VkDevice d, const VkMemoryAllocateInfo *info, const void *allocator, VkDeviceMemory *memory) {
  size_t size = HEADER + info->allocationSize;
  size_t *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) return VK_ERROR_OUT_OF_DEVICE_MEMORY;
  *start = size;
  *memory = (VkDeviceMemory)start;
  return VK_SUCCESS;
}
static void release(VkDevice d, VkDeviceMemory memory, const void *allocator) {
  if (memory) munmap((void *)memory, *(size_t *)memory);
}
static VkResult map(VkDevice d, VkDeviceMemory memory, VkDeviceSize offset, VkDeviceSize size, VkFlags f, void **to) {
  *to = (char *)memory + HEADER + offset;
  return VK_SUCCESS;
}
static void buffer_needs(VkDevice d, VkBuffer buffer, VkMemoryRequirements *needs) {
  OF_DEVICE(vkGetBufferMemoryRequirements)(d, buffer, needs);
  needs->memoryTypeBits = 3;
}
static void buffer_needs2(VkDevice d, const VkBufferMemoryRequirementsInfo2 *info, VkMemoryRequirements2 *needs) {
  OF_DEVICE(vkGetBufferMemoryRequirements2)(d, info, needs);
  needs->memoryRequirements.memoryTypeBits = 3;
}

// --- Pipelines: Mesa compiles, and tells what came out ---

static void tell_statistics(FILE *log, const VkPipelineExecutableInfoKHR *executable) {
  VkPipelineExecutableStatisticKHR all[64];
  uint32_t count = 64;
  for (int i = 0; i < 64; i++)
    all[i] = (VkPipelineExecutableStatisticKHR){VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_STATISTIC_KHR};
  OF_DEVICE(vkGetPipelineExecutableStatisticsKHR)(the_device, executable, &count, all);
  for (uint32_t i = 0; i < count; i++) {
    int is_float = all[i].format == VK_PIPELINE_EXECUTABLE_STATISTIC_FORMAT_FLOAT64_KHR;
    double value = is_float ? all[i].value.f64 : (double)all[i].value.u64;
    fprintf(log, "%s%c%.17g%c", all[i].name, 0, value, 0);
  }
}
static void tell_assembly(FILE *log, const VkPipelineExecutableInfoKHR *executable) {
  PFN_vkGetPipelineExecutableInternalRepresentationsKHR get =
      OF_DEVICE(vkGetPipelineExecutableInternalRepresentationsKHR);
  VkPipelineExecutableInternalRepresentationKHR all[64];
  uint32_t count = 64;
  for (int i = 0; i < 64; i++)
    all[i] = (VkPipelineExecutableInternalRepresentationKHR){VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INTERNAL_REPRESENTATION_KHR};
  get(the_device, executable, &count, all); // sizes
  for (uint32_t i = 0; i < count; i++) all[i].pData = calloc(1, all[i].dataSize + 1);
  get(the_device, executable, &count, all); // texts
  for (uint32_t i = 0; i < count; i++) {
    if (strcasestr(all[i].name, "assembly")) fprintf(log, "assembly%c%s%c", 0, (char *)all[i].pData, 0);
    free(all[i].pData);
  }
}
static VkResult compile(VkDevice d, VkPipelineCache cache, uint32_t count, const VkComputePipelineCreateInfo *infos,
                        const VkAllocationCallbacks *allocator, VkPipeline *pipelines) {
  for (uint32_t i = 0; i < count; i++) {
    VkComputePipelineCreateInfo info = infos[i];
    info.flags |= VK_PIPELINE_CREATE_CAPTURE_STATISTICS_BIT_KHR | VK_PIPELINE_CREATE_CAPTURE_INTERNAL_REPRESENTATIONS_BIT_KHR;
    VkResult result = OF_DEVICE(vkCreateComputePipelines)(d, VK_NULL_HANDLE, 1, &info, allocator, &pipelines[i]);
    if (result != VK_SUCCESS) return result;
    VkPipelineExecutableInfoKHR executable = {VK_STRUCTURE_TYPE_PIPELINE_EXECUTABLE_INFO_KHR, NULL, pipelines[i], 0};
    FILE *log = fopen(getenv("NULL_LOG"), "a");
    if (!log) return VK_ERROR_INITIALIZATION_FAILED;
    fputs("pipeline\n", log);
    tell_statistics(log, &executable);
    tell_assembly(log, &executable);
    fclose(log);
  }
  return VK_SUCCESS;
}

// --- Opening ---

static VkResult create_instance(const VkInstanceCreateInfo *info, const VkAllocationCallbacks *allocator, VkInstance *made) {
  VkResult result = ((PFN_vkCreateInstance)instance_function(NULL, "vkCreateInstance"))(info, allocator, made);
  if (result != VK_SUCCESS) return result;
  the_instance = *made;
  device_function = OF_INSTANCE(vkGetDeviceProcAddr);
  return result;
}
static VkResult create_device(VkPhysicalDevice p, const VkDeviceCreateInfo *asked, const VkAllocationCallbacks *allocator,
                              VkDevice *made) {
  VkDeviceCreateInfo info = *asked;
  VkPhysicalDevicePipelineExecutablePropertiesFeaturesKHR tells = {
      VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PIPELINE_EXECUTABLE_PROPERTIES_FEATURES_KHR, (void *)info.pNext, VK_TRUE};
  const char *extensions[info.enabledExtensionCount + 1];
  for (uint32_t i = 0; i < info.enabledExtensionCount; i++) extensions[i] = info.ppEnabledExtensionNames[i];
  extensions[info.enabledExtensionCount++] = VK_KHR_PIPELINE_EXECUTABLE_PROPERTIES_EXTENSION_NAME;
  info.ppEnabledExtensionNames = extensions;
  info.pNext = &tells;
  VkResult result = OF_INSTANCE(vkCreateDevice)(p, &info, allocator, made);
  the_device = *made;
  return result;
}

static PFN_vkVoidFunction device_or_own(VkDevice d, const char *name);

static const struct { const char *name; void *function; } own[] = {
    {"vkCreateInstance", create_instance}, {"vkCreateDevice", create_device}, {"vkGetDeviceProcAddr", device_or_own},
    {"vkCreateComputePipelines", compile},
    {"vkGetPhysicalDeviceMemoryProperties", memory_properties}, {"vkGetPhysicalDeviceMemoryProperties2", memory_properties2},
    {"vkGetBufferMemoryRequirements", buffer_needs}, {"vkGetBufferMemoryRequirements2", buffer_needs2},
    {"vkAllocateMemory", allocate}, {"vkFreeMemory", release}, {"vkMapMemory", map}, {"vkUnmapMemory", succeed},
    {"vkFlushMappedMemoryRanges", succeed}, {"vkInvalidateMappedMemoryRanges", succeed},
    {"vkBindBufferMemory", succeed}, {"vkBindBufferMemory2", succeed}, {"vkUpdateDescriptorSets", succeed},
    {"vkCreateSemaphore", create_any}, {"vkDestroySemaphore", succeed}, {"vkGetSemaphoreCounterValue", counter_value},
    {"vkWaitSemaphores", succeed}, {"vkSignalSemaphore", succeed},
    {"vkCreateFence", create_any}, {"vkDestroyFence", succeed}, {"vkResetFences", succeed}, {"vkWaitForFences", succeed},
    {"vkGetFenceStatus", succeed}, {"vkQueueSubmit", succeed}, {"vkQueueWaitIdle", succeed}, {"vkDeviceWaitIdle", succeed},
    {"vkCreateCommandPool", create_any}, {"vkDestroyCommandPool", succeed}, {"vkResetCommandPool", succeed},
    {"vkAllocateCommandBuffers", allocate_commands}, {"vkFreeCommandBuffers", succeed},
    {"vkBeginCommandBuffer", succeed}, {"vkEndCommandBuffer", succeed}, {"vkResetCommandBuffer", succeed},
};

/** What takes the place of Mesa's function, by its name or that of the extension it came from; else NULL. */
static void *own_function(const char *name) {
  if (!strncmp(name, "vkCmd", 5)) return succeed;
  size_t length = strlen(name);
  if (length > 3 && !strcmp(name + length - 3, "KHR")) length -= 3;
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    if (strlen(own[i].name) == length && !strncmp(own[i].name, name, length)) return own[i].function;
  return NULL;
}
static PFN_vkVoidFunction device_or_own(VkDevice d, const char *name) {
  PFN_vkVoidFunction mesa = device_function(d, name);
  void *replaced = own_function(name);
  return mesa && replaced ? replaced : mesa;
}
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vk_icdGetInstanceProcAddr(VkInstance instance, const char *name) {
  if (!instance_function) {
    void *driver = dlopen(getenv("NULL_DRIVER"), RTLD_NOW);
    if (!driver) return fprintf(stderr, "%s\n", dlerror()), NULL;
    instance_function = (PFN_vkGetInstanceProcAddr)dlsym(driver, "vk_icdGetInstanceProcAddr");
  }
  PFN_vkVoidFunction mesa = instance_function(instance, name);
  void *replaced = own_function(name);
  return mesa && replaced ? replaced : mesa;
}
VKAPI_ATTR PFN_vkVoidFunction VKAPI_CALL vk_icdGetPhysicalDeviceProcAddr(VkInstance instance, const char *name) {
  return vk_icdGetInstanceProcAddr(instance, name);
}
VKAPI_ATTR VkResult VKAPI_CALL vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t *version) {
  if (*version > 5) *version = 5;
  return VK_SUCCESS;
}

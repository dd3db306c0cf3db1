// An Intel card that is not there, for Mesa's Vulkan driver to open (LD_PRELOAD): Tiger Lake (0x9a49) with 96 execution units behind
// Linux's i915 interface. It says what the card is like and hands out numbers and empty memory; it runs nothing.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <i915_drm.h>
#include <xf86drm.h>

enum { TIGER_LAKE = 0x9a49, SUBSLICES = 6, UNITS = 16 };
static const char NODE[] = "/dev/dri/renderD128";
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static unsigned char is_card[1024]; // by file descriptor
static int belongs(int fd) { return fd >= 0 && fd < 1024 && is_card[fd]; }
static uint32_t new_handle(void) {
  static uint32_t last;
  return ++last;
}

// --- libdrm: a list of one card ---

static drmDevicePtr the_card(void) {
  static char card[] = "/dev/dri/card0";
  static char node[sizeof NODE];
  static char *nodes[DRM_NODE_MAX];
  static drmPciBusInfo bus = {.dev = 2};
  static drmPciDeviceInfo pci = {.vendor_id = 0x8086, .device_id = TIGER_LAKE};
  static drmDevice device = {.nodes = nodes, .available_nodes = 1 << DRM_NODE_RENDER, .bustype = DRM_BUS_PCI};
  memcpy(node, NODE, sizeof NODE);
  nodes[DRM_NODE_PRIMARY] = card;
  nodes[DRM_NODE_RENDER] = node;
  device.businfo.pci = &bus;
  device.deviceinfo.pci = &pci;
  return &device;
}
int drmGetDevices2(uint32_t flags, drmDevicePtr devices[], int most) {
  if (devices && most > 0) devices[0] = the_card();
  return 1;
}
int drmGetDevice2(int fd, uint32_t flags, drmDevicePtr *device) { *device = the_card(); return 0; }
void drmFreeDevice(drmDevicePtr *device) {}
void drmFreeDevices(drmDevicePtr devices[], int count) {}
drmVersionPtr drmGetVersion(int fd) {
  drmVersionPtr version = calloc(1, sizeof *version);
  version->version_major = 1;
  version->version_minor = 6;
  version->name = strdup("i915");
  version->name_len = 4;
  return version;
}
void drmFreeVersion(drmVersionPtr version) { free(version->name); free(version); }
int drmGetCap(int fd, uint64_t capability, uint64_t *value) { *value = 1; return 0; }
int drmSyncobjCreate(int fd, uint32_t flags, uint32_t *handle) { *handle = new_handle(); return 0; }
int drmSyncobjDestroy(int fd, uint32_t handle) { return 0; }
int drmSyncobjWait(int fd, uint32_t *h, unsigned n, int64_t t, unsigned f, uint32_t *first) { return 0; }
int drmSyncobjTimelineWait(int fd, uint32_t *h, uint64_t *p, unsigned n, int64_t t, unsigned f, uint32_t *first) { return 0; }
int drmSyncobjReset(int fd, const uint32_t *handles, uint32_t count) { return 0; }
int drmSyncobjSignal(int fd, const uint32_t *handles, uint32_t count) { return 0; }
int drmSyncobjTimelineSignal(int fd, const uint32_t *h, uint64_t *points, uint32_t count) { return 0; }

// --- i915: what the card is like ---

static int parameter(const struct drm_i915_getparam *asked) {
  switch (asked->param) {
    case I915_PARAM_CHIPSET_ID: *asked->value = TIGER_LAKE; break;
    case I915_PARAM_SUBSLICE_TOTAL: *asked->value = SUBSLICES; break;
    case I915_PARAM_EU_TOTAL: *asked->value = SUBSLICES * UNITS; break;
    case I915_PARAM_CS_TIMESTAMP_FREQUENCY: *asked->value = 19200000; break;
    case I915_PARAM_HAS_ALIASING_PPGTT: *asked->value = 3; break; // a full address space
    case I915_PARAM_MMAP_GTT_VERSION: *asked->value = 4; break;
    case I915_PARAM_CMD_PARSER_VERSION: *asked->value = 10; break;
    case I915_PARAM_HAS_USERPTR_PROBE: *asked->value = 0; break;
    default: *asked->value = 1;
  }
  return 0;
}

/** One answer to DRM_IOCTL_I915_QUERY, which is asked for its length first. */
static void answer_query(struct drm_i915_query_item *item) {
  void *to = (void *)(uintptr_t)item->data_ptr;
  unsigned char bytes[512] __attribute__((aligned(8))) = {0};
  int length;
  if (item->query_id == DRM_I915_QUERY_TOPOLOGY_INFO || item->query_id == DRM_I915_QUERY_GEOMETRY_SUBSLICES) {
    struct drm_i915_query_topology_info *info = (void *)bytes;
    info->max_slices = 1;
    info->max_subslices = SUBSLICES;
    info->max_eus_per_subslice = UNITS;
    info->subslice_offset = 1; // masks: a byte of slices, one of subslices, two of units for each
    info->subslice_stride = 1;
    info->eu_offset = 2;
    info->eu_stride = 2;
    info->data[0] = 1;
    info->data[1] = (1 << SUBSLICES) - 1;
    memset(info->data + 2, 0xff, 2 * SUBSLICES);
    length = sizeof *info + 2 + 2 * SUBSLICES;
  } else if (item->query_id == DRM_I915_QUERY_ENGINE_INFO) {
    struct drm_i915_query_engine_info *info = (void *)bytes;
    info->num_engines = 2;
    info->engines[0].engine.engine_class = I915_ENGINE_CLASS_RENDER;
    info->engines[1].engine.engine_class = I915_ENGINE_CLASS_COPY;
    length = sizeof *info + 2 * sizeof info->engines[0];
  } else if (item->query_id == DRM_I915_QUERY_MEMORY_REGIONS) {
    struct drm_i915_query_memory_regions *info = (void *)bytes;
    info->num_regions = 1;
    info->regions[0].region.memory_class = I915_MEMORY_CLASS_SYSTEM;
    info->regions[0].probed_size = info->regions[0].unallocated_size = 16ull << 30;
    length = sizeof *info + sizeof info->regions[0];
  } else {
    length = -EINVAL;
  }
  if (item->length > 0 && length > 0) memcpy(to, bytes, length);
  item->length = length;
}

static int answer(unsigned long request, void *argument) {
  switch (request) {
    case DRM_IOCTL_I915_GETPARAM: return parameter(argument);
    case DRM_IOCTL_I915_QUERY: {
      struct drm_i915_query *query = argument;
      struct drm_i915_query_item *items = (void *)(uintptr_t)query->items_ptr;
      for (unsigned i = 0; i < query->num_items; i++) answer_query(&items[i]);
      return 0;
    }
    case DRM_IOCTL_I915_GEM_CREATE: ((struct drm_i915_gem_create *)argument)->handle = new_handle(); return 0;
    case DRM_IOCTL_I915_GEM_CREATE_EXT: ((struct drm_i915_gem_create_ext *)argument)->handle = new_handle(); return 0;
    case DRM_IOCTL_I915_GEM_USERPTR: ((struct drm_i915_gem_userptr *)argument)->handle = new_handle(); return 0;
    case DRM_IOCTL_I915_GEM_VM_CREATE: ((struct drm_i915_gem_vm_control *)argument)->vm_id = new_handle(); return 0;
    case DRM_IOCTL_I915_GEM_CONTEXT_CREATE:
    case DRM_IOCTL_I915_GEM_CONTEXT_CREATE_EXT:
      ((struct drm_i915_gem_context_create *)argument)->ctx_id = new_handle();
      return 0;
    case DRM_IOCTL_I915_GEM_CONTEXT_GETPARAM: {
      struct drm_i915_gem_context_param *asked = argument;
      asked->value = asked->param == I915_CONTEXT_PARAM_GTT_SIZE ? 1ull << 48 : 0;
      return 0;
    }
    case DRM_IOCTL_I915_GEM_GET_APERTURE: {
      struct drm_i915_gem_get_aperture *aperture = argument;
      aperture->aper_size = aperture->aper_available_size = 1ull << 48;
      return 0;
    }
    case DRM_IOCTL_SYNCOBJ_CREATE: ((struct drm_syncobj_create *)argument)->handle = new_handle(); return 0;
    default: return 0; // with memory, which mmap gives below, and what runs, there is nothing to do
  }
}
int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  return belongs(fd) ? answer(request, argument) : NEXT(ioctl)(fd, request, argument);
}
int drmIoctl(int fd, unsigned long request, void *argument) { return ioctl(fd, request, argument); }

// --- The C library: a file that stands for the card ---

static int open_card(void) {
  int fd = memfd_create("i915", 0);
  if (fd >= 0 && fd < 1024) is_card[fd] = 1;
  return fd;
}
#define OPEN(name)                                                                     \
  int name(const char *path, int flags, ...) {                                         \
    va_list rest;                                                                      \
    va_start(rest, flags);                                                             \
    mode_t mode = va_arg(rest, mode_t);                                                \
    va_end(rest);                                                                      \
    return strcmp(path, NODE) ? NEXT(name)(path, flags, mode) : open_card();           \
  }
OPEN(open)
OPEN(open64)
#define STAT(name, type)                                                               \
  int name(const char *path, struct type *status) {                                    \
    if (strcmp(path, NODE)) return NEXT(name)(path, status);                           \
    memset(status, 0, sizeof *status);                                                 \
    status->st_mode = S_IFCHR | 0666;                                                  \
    status->st_rdev = makedev(226, 128);                                               \
    return 0;                                                                          \
  }
STAT(stat, stat)
STAT(stat64, stat64)
#define MMAP(name, type)                                                               \
  void *name(void *at, size_t size, int protection, int flags, int fd, type offset) {  \
    if (!belongs(fd)) return NEXT(name)(at, size, protection, flags, fd, offset);      \
    flags = (flags & MAP_FIXED) | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;         \
    return NEXT(name)(at, size, PROT_READ | PROT_WRITE, flags, -1, 0);                 \
  }
MMAP(mmap, off_t)
MMAP(mmap64, off64_t)

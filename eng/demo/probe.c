/*
 * probe LIBRARY...: opens each library as any program would, by its name alone, and says where the dynamic loader found it.
 * For libcuda.so.1 it also asks the driver for the newest CUDA version that it supports, for libnvidia-ml.so.1 for the GPUs it sees.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

static void ask_cuda(void *library) {
    int (*init)(unsigned) = (int (*)(unsigned))dlsym(library, "cuInit");
    int (*get_version)(int *) = (int (*)(int *))dlsym(library, "cuDriverGetVersion");
    int version = 0;
    if (init && get_version && init(0) == 0 && get_version(&version) == 0) printf("  CUDA %d.%d\n", version / 1000, version % 1000 / 10);
    else printf("  CUDA cannot be initialised\n");
}

static void ask_nvml(void *library) {
    int (*init)(void) = (int (*)(void))dlsym(library, "nvmlInit_v2");
    int (*get_count)(unsigned *) = (int (*)(unsigned *))dlsym(library, "nvmlDeviceGetCount_v2");
    int (*get_handle)(unsigned, void **) = (int (*)(unsigned, void **))dlsym(library, "nvmlDeviceGetHandleByIndex_v2");
    int (*get_uuid)(void *, char *, unsigned) = (int (*)(void *, char *, unsigned))dlsym(library, "nvmlDeviceGetUUID");
    unsigned count = 0;
    int status = init && get_count && get_handle && get_uuid ? init() : -1;
    if (status != 0 || get_count(&count) != 0) {
        printf("  NVML cannot be initialised (%d)\n", status);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        void *handle;
        char uuid[96];
        if (get_handle(i, &handle) == 0 && get_uuid(handle, uuid, sizeof uuid) == 0) printf("  NVML %u: %s\n", i, uuid);
    }
}

int main(int argc, char **argv) {
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        void *library = dlopen(argv[i], RTLD_NOW);
        struct link_map *map;
        if (!library) {
            printf("%s: not loaded: %s\n", argv[i], dlerror());
            failures++;
            continue;
        }
        if (dlinfo(library, RTLD_DI_LINKMAP, &map) == 0) printf("%s: loaded from %s\n", argv[i], map->l_name);
        if (strcmp(argv[i], "libcuda.so.1") == 0) ask_cuda(library);
        if (strcmp(argv[i], "libnvidia-ml.so.1") == 0) ask_nvml(library);
    }
    return failures;
}

/* A management library whose functions and answers are chosen by macros when it is compiled. Handles: GPU n is n + 1, MIG device n is n + 100. */
#include <stdint.h>
#include <string.h>

enum { SUCCESS = 0, INVALID_ARGUMENT = 2, NOT_SUPPORTED = 3, NOT_FOUND = 6, GPU_IS_LOST = 15, VERSION_MISMATCH = 25 };

#ifndef COUNT
#define COUNT 3
#endif
#ifndef LOST
#define LOST -1 /* the index of a GPU that is not to be had */
#endif
#ifndef PROFILE
#define PROFILE 0 /* the number of the GPU instance profile of every MIG device */
#endif
#ifndef ADDRESSING
#define ADDRESSING 0
#endif

#ifndef WITHOUT_NEW_NAMES
int nvmlInit_v2(void) { return SUCCESS; }
int nvmlDeviceGetCount_v2(uint32_t *count) { *count = COUNT; return SUCCESS; }
int nvmlDeviceGetHandleByIndex_v2(uint32_t index, intptr_t *device) {
    if ((int)index == LOST)
        return GPU_IS_LOST;
    if (index >= COUNT)
        return INVALID_ARGUMENT;
    *device = index + 1;
    return SUCCESS;
}
int nvmlDeviceGetPciInfo_v3(intptr_t device, char *info) {
    strcpy(info + 36, "00010000:3B:00.0");
    return SUCCESS;
}
#endif

#ifndef WITHOUT_OLD_NAMES
int nvmlInit(void) { return 4; }
int nvmlDeviceGetCount(uint32_t *count) { *count = 1; return SUCCESS; }
int nvmlDeviceGetHandleByIndex(uint32_t index, intptr_t *device) { *device = 7; return SUCCESS; }
int nvmlDeviceGetPciInfo_v2(intptr_t device, char *info) {
    uint32_t *n = (uint32_t *)(info + 16);
    n[0] = 0xa;
    n[1] = 0x3b;
    n[2] = 1;
    return SUCCESS;
}
#endif

int nvmlShutdown(void) { return SUCCESS; }

#ifdef SILENT
const char *nvmlErrorString(int code) { return 0; }
#elif !defined(WITHOUT_WORDS)
const char *nvmlErrorString(int code) { return code == GPU_IS_LOST ? "GPU is lost" : "Some Error"; }
#endif

int nvmlSystemGetDriverVersion(char *version, uint32_t length) {
    memset(version, '5', length); /* no NUL anywhere */
    return SUCCESS;
}
int nvmlSystemGetCudaDriverVersion(int *version) { *version = 12090; return SUCCESS; }
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 1; return SUCCESS; }

int nvmlDeviceGetName(intptr_t device, char *name, uint32_t length) {
    strcpy(name, device == 2 ? "NVIDIA DGX Display" : "NVIDIA H200");
    return SUCCESS;
}
int nvmlDeviceGetUUID(intptr_t device, char *uuid, uint32_t length) {
    strcpy(uuid, device >= 100 ? "MIG-00000000-0000-0000-0000-000000000000" : "GPU-00000000-0000-0000-0000-000000000000");
    uuid[39] = (char)('0' + device % 100);
    return SUCCESS;
}
int nvmlDeviceGetMinorNumber(intptr_t device, uint32_t *minor) { return SUCCESS; /* writes nothing */ }

#ifndef WITHOUT_ADDRESSING
int nvmlDeviceGetAddressingMode(intptr_t device, uint32_t *mode) {
    if (mode[0] != 0x01000008)
        return VERSION_MISMATCH;
    if (ADDRESSING < 0)
        return -ADDRESSING;
    mode[1] = ADDRESSING;
    return SUCCESS;
}
#endif

#ifdef MIG
int nvmlDeviceGetMigMode(intptr_t device, uint32_t *current, uint32_t *pending) {
    if (MIG < 0)
        return -(MIG);
    *current = MIG;
    *pending = 1;
    return SUCCESS;
}
int nvmlDeviceGetMaxMigDeviceCount(intptr_t device, uint32_t *count) { *count = 6; return SUCCESS; }
int nvmlDeviceGetMigDeviceHandleByIndex(intptr_t device, uint32_t index, intptr_t *mig) {
    if (index == 1)
        return NOT_FOUND;
    if (index == 3)
        return INVALID_ARGUMENT;
#ifdef BROKEN_PLACE
    if (index == BROKEN_PLACE)
        return GPU_IS_LOST;
#endif
    if (index > 3)
        return NOT_FOUND;
    *mig = index + 100;
    return SUCCESS;
}
int nvmlDeviceIsMigDeviceHandle(intptr_t device, uint32_t *isMig) {
#ifdef NO_MIG_HANDLES
    *isMig = 0;
#else
    *isMig = device >= 100;
#endif
    return SUCCESS;
}
int nvmlDeviceGetGpuInstanceId(intptr_t mig, uint32_t *id) { *id = 5; return SUCCESS; }
int nvmlDeviceGetComputeInstanceId(intptr_t mig, uint32_t *id) { *id = 2; return SUCCESS; }
int nvmlDeviceGetGpuInstanceById(intptr_t device, uint32_t id, intptr_t *instance) { *instance = 1000 + id; return SUCCESS; }
int nvmlGpuInstanceGetInfo(intptr_t instance, char *info) {
    ((uint32_t *)info)[2] = (uint32_t)instance - 1000;
    ((uint32_t *)info)[3] = 40 + PROFILE; /* the profile's id on this GPU */
    return SUCCESS;
}
int nvmlDeviceGetGpuInstanceProfileInfo(intptr_t device, uint32_t profile, uint32_t *info) {
    if (profile == 5)
        return NOT_SUPPORTED;
    info[0] = 40 + profile;
    return SUCCESS;
}
#endif

int nvmlDeviceGetHandleByUUID(const char *uuid, intptr_t *device) {
    if (strncmp(uuid, "GPU-", 4) != 0)
        return NOT_FOUND;
    *device = uuid[4] - '0' + 1;
    return SUCCESS;
}

#ifdef LIMITS /* what the call answers, if its arguments are those of the test */
struct limits { const char *cgroup; uint64_t soft, hard; };
int nvmlDeviceSetMemoryLimits_v1(intptr_t device, const struct limits *limits) {
    int known = device == 2 && sizeof *limits == 24 && strcmp(limits->cgroup, "/sys/fs/cgroup/a") == 0 && limits->soft == 1 && limits->hard == UINT64_MAX;
    return known ? LIMITS : INVALID_ARGUMENT;
}
#endif

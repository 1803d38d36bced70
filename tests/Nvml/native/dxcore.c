/* The GPUs of Windows, as macros say when this is compiled: adapters 1 to ADAPTERS, those below FIRST_NEW with a driver that is too old. */
#include <stdint.h>
#include <string.h>

#ifndef ADAPTERS
#define ADAPTERS 2
#endif
#ifndef FIRST_NEW
#define FIRST_NEW 1
#endif
#ifndef STORE
#define STORE "/usr/lib/wsl/drivers/nv\303\274"
#endif

static int enumerate(uint32_t *count, uint32_t *records) {
    if (records)
        for (uint32_t i = 0; i < ADAPTERS; i++)
            memcpy(records + 5 * i, (uint32_t[]){i + 1, 0, 0, 1, 0}, 20);
    *count = ADAPTERS;
    return 0;
}

#ifndef WITHOUT_3
int D3DKMTEnumAdapters3(char *request) {
#ifdef FAILING_3
    return -1;
#endif
    if (*(uint64_t *)request != 1) /* compute-only adapters too */
        return -1;
    return enumerate((uint32_t *)(request + 8), *(uint32_t **)(request + 16));
}
#endif
#ifndef WITHOUT_2
int D3DKMTEnumAdapters2(char *request) { return enumerate((uint32_t *)request, *(uint32_t **)(request + 8)); }
#endif

#ifndef WITHOUT_QUERY
static uint32_t utf32(uint32_t *out) {
    uint32_t count = 0;
    for (const unsigned char *c = (const unsigned char *)STORE; *c; c++) {
        if (*c < 0x80)
            out[count++] = *c;
        else {
            out[count++] = (uint32_t)(*c & 0x1f) << 6 | (c[1] & 0x3f);
            c++;
        }
    }
    return count;
}

int D3DKMTQueryAdapterInfo(char *request) {
    uint32_t adapter = *(uint32_t *)request, size = *(uint32_t *)(request + 16);
    int type = *(int *)(request + 4);
    char *data = *(char **)(request + 8);
    if (type == 13 && size == 4) {
        *(uint32_t *)data = adapter < FIRST_NEW ? 2699 : 2700;
        return 0;
    }
    if (type != 48 || *(int *)data != 2)
        return -1;
    uint32_t text[600];
    uint32_t count = utf32(text);
#ifndef SAME_STORE
    text[count++] = '0' + adapter;
#endif
#ifdef HUGE_VALUE
    if (size == 1072) {
        *(uint32_t *)(data + 1056) = 1044;
        return 0;
    }
#endif
    if (size == 1072) {
        *(uint32_t *)(data + 1056) = count * 4;
        return 0;
    }
    if (size != 1072 + count * 4 || *(uint32_t *)(data + 1056) != count * 4)
        return -1;
    memcpy(data + 1064, text, count * 4);
    return 0;
}
#endif

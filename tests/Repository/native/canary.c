/* A library that an attacker would like to see loaded: it leaves a file behind when it is. */
#include <fcntl.h>
#include <stdlib.h>

__attribute__((constructor)) static void loaded(void) {
    const char *path = getenv("CANARY_FILE");
    if (path) open(path, O_CREAT | O_WRONLY, 0644);
}

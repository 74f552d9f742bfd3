/* A fuzz target without libFuzzer: reads every file of a folder once. usage: TARGET FOLDER */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static void replay(const char *folder, const char *name) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/%s", folder, name);
    FILE *stream = fopen(path.data, "r");
    MUST(stream && fseek(stream, 0, SEEK_END) == 0);
    size_t size = (size_t)ftell(stream);
    rewind(stream);
    uint8_t *data = malloc(size ? size : 1); /* of just this size, so that a sanitizer sees the end */
    MUST(data && fread(data, 1, size, stream) == size);
    fclose(stream);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    buffer_release(&path);
}

int main(int count, char **words) {
    MUST(count == 2);
    DIR *folder = opendir(words[1]);
    size_t files = 0;
    MUST(folder);
    for (const struct dirent *entry; (entry = readdir(folder)); files++)
        if (entry->d_name[0] != '.')
            replay(words[1], entry->d_name);
    closedir(folder);
    printf("%zu inputs\n", files - 2);
    return files > 2 ? 0 : 1;
}

#include "keeper.h"
int main(int count, char **words) {
    (void)count;
    (void)words;
    return 0;
}

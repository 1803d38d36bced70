/* Ends at once: what the start of a process costs, and the low-level runtime of measurements without a container. */
int main(void) { return 0; }

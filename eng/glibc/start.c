/* The start of a program under glibc older than 2.34 as well as newer ones. Start files of glibc 2.34 leave the program's constructors to the C library;
   an older C library runs only what the start file hands it. So it is handed them. */
typedef void (*constructor)(int, char **, char **);

extern const constructor __preinit_array_start[], __preinit_array_end[], __init_array_start[], __init_array_end[];
extern void _init(void);

static void run_constructors(int count, char **arguments, char **environment)
{
    for (const constructor *call = __preinit_array_start; call != __preinit_array_end; call++)
        (*call)(count, arguments, environment);
    _init();
    for (const constructor *call = __init_array_start; call != __init_array_end; call++)
        (*call)(count, arguments, environment);
}

typedef int (*program)(int, char **, char **);

extern int __real___libc_start_main(program, int, char **, constructor, void (*)(void), void (*)(void), void *);

/* The linker leads the start file's call here (--wrap). Destructors stay with the loader, which has run them since before 2.28. */
int __wrap___libc_start_main(program main, int count, char **arguments, constructor none, void (*end)(void), void (*loader_end)(void), void *stack)
{
    (void)none;
    return __real___libc_start_main(main, count, arguments, run_constructors, end, loader_end, stack);
}

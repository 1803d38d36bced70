namespace GpuContainers.Linux.Files;

/// <summary>The size of a terminal, asked for without changing anything about it: the runtime's console writes control sequences to find it out.</summary>
public static class TerminalSize
{
    /// <summary>TIOCGWINSZ, the same on x86-64 and arm64.</summary>
    private const nuint GetSize = 0x5413;

    /// <summary>How many columns the terminal behind a descriptor has; 0 when it is not a terminal or does not say.</summary>
    public static unsafe int Columns(int descriptor)
    {
        // struct winsize: rows, columns, and two sizes in pixels.
        ushort* size = stackalloc ushort[4];
        return Libc.DeviceControl(descriptor, GetSize, size) == 0 ? size[1] : 0;
    }
}

namespace GpuContainers.Linux.Processes;

/// <summary>The replacement of this process by another program.</summary>
public static class ProgramImage
{
    /// <summary>
    /// execve(2): same process, working directory, umask, limits, signal mask and inherited descriptors; what this process opened itself is
    /// close-on-exec. Returns only on failure.
    /// </summary>
    /// <param name="path">The program; nothing is searched.</param>
    /// <param name="arguments">argv, argument 0 included.</param>
    /// <param name="environment">The environment; null passes on the one this process was started with, byte for byte.</param>
    /// <returns>Why the program could not be started.</returns>
    public static unsafe Errno Execute(string path, byte[][] arguments, byte[][]? environment = null)
    {
        using var argumentVector = new StringVector(arguments);
        using StringVector? other = environment is null ? null : new StringVector(environment);
        // The .NET runtime ignores SIGPIPE, and an ignored signal stays ignored across execve; handlers are reset by the kernel (RT-62).
        nint before = Libc.SetSignal(Libc.SignalPipe, 0);
        fixed (byte* name = Libc.Terminated(path))
            _ = Libc.Execute(name, argumentVector.Pointer, other is null ? Libc.Environment() : other.Pointer);
        Errno error = Libc.LastError;
        _ = Libc.SetSignal(Libc.SignalPipe, before);
        return error;
    }
}

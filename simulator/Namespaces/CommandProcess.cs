using GpuContainers.Linux;
using GpuContainers.Linux.Processes;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>Child processes that share this one's terminal and descriptors.</summary>
internal static unsafe class CommandProcess
{
    private const int Interrupt = 2, Quit = 3;
    private const short SetDefaultSignals = 4;

    /// <summary>Starts a program; nothing is searched.</summary>
    /// <exception cref="LinuxException">It cannot be started.</exception>
    internal static int Start(string path, byte[][] arguments, byte[][] environment)
    {
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[256];
        using var argumentVector = new StringVector(arguments);
        using var environmentVector = new StringVector(environment);
        _ = Libc.InitializeAttributes(attributes);
        _ = Libc.EmptySignalSet(signals);
        foreach (int signal in (int[])[Libc.SignalPipe, Interrupt, Quit])
            _ = Libc.AddSignal(signals, signal);
        _ = Libc.SetSpawnDefaultSignals(attributes, signals);
        _ = Libc.SetSpawnFlags(attributes, SetDefaultSignals);
        int process;
        int error;
        fixed (byte* name = Libc.Terminated(path))
            error = Libc.Spawn(&process, name, null, attributes, argumentVector.Pointer, environmentVector.Pointer);
        _ = Libc.DestroyAttributes(attributes);
        return error == 0 ? process : throw new LinuxException((Errno)error, "execute", path);
    }

    /// <summary>Keys pressed at the terminal are for the command, not for this process, which waits for it.</summary>
    internal static void IgnoreKeyboardSignals()
    {
        const nint ignore = 1;
        _ = Libc.SetSignal(Interrupt, ignore);
        _ = Libc.SetSignal(Quit, ignore);
    }

    /// <summary>Waits for a child, and on the way buries every other child that ends (the duty of the first process of a namespace).</summary>
    /// <returns>The exit status as a shell gives it: 128 and the signal's number when a signal ended it.</returns>
    internal static int WaitFor(int process)
    {
        while (true)
        {
            int status;
            int ended = Libc.Wait(-1, &status, 0);
            if (ended == process)
                return (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
            if (ended < 0 && Libc.LastError != Errno.EINTR)
                throw new LinuxException(Libc.LastError, "wait", "");
        }
    }
}

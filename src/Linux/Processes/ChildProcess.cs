using System.Buffers.Text;
using System.Diagnostics;

namespace GpuContainers.Linux.Processes;

/// <summary>Child processes with a time limit; no threads, no shell, no search in PATH.</summary>
public static class ChildProcess
{
    // The most a child may say on one stream; the rest is read and dropped.
    private const int OutputLimit = 64 << 20;

    /// <summary>Runs a program to its end, with an empty standard input, its own process group and only descriptors 0 to 2.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">argv, argument 0 included.</param>
    /// <param name="environment">The environment as "NAME=value"; null passes on this process's own.</param>
    /// <param name="limit">After this time the child's process group is killed.</param>
    /// <exception cref="LinuxException">The program could not be started.</exception>
    public static ChildResult Run(string path, IReadOnlyList<string> arguments, IReadOnlyList<string>? environment, TimeSpan limit)
    {
        Libc.TimerSetting left = ProcessDeadline.Pause();
        try
        {
            return RunToEnd(path, arguments, environment, limit);
        }
        finally
        {
            ProcessDeadline.Resume(left);
        }
    }

    private static unsafe ChildResult RunToEnd(string path, IReadOnlyList<string> arguments, IReadOnlyList<string>? environment, TimeSpan limit)
    {
        int* ends = stackalloc int[4];
        if (Libc.Pipe(ends, Libc.CloseOnExec) != 0 || Libc.Pipe(ends + 2, Libc.CloseOnExec) != 0)
            throw new LinuxException(Libc.LastError, "pipe", "");
        using var output = new Descriptor(ends[0]);
        using var errors = new Descriptor(ends[2]);
        int process;
        using (var childOutput = new Descriptor(ends[1]))
        using (var childErrors = new Descriptor(ends[3]))
            process = Spawn(path, arguments, environment, childOutput.Number, childErrors.Number);
        var written = new MemoryStream();
        var complaints = new MemoryStream();
        long deadline = Stopwatch.GetTimestamp() + (long)(limit.TotalSeconds * Stopwatch.Frequency);
        bool ended = Drain(output, written, errors, complaints, deadline);
        int status = Reap(process, ref ended, deadline);
        int signal = status & 0x7f;
        return new ChildResult(signal == 0 ? (status >> 8) & 0xff : -1, signal, !ended, written.ToArray(), complaints.ToArray());
    }

    private static unsafe int Spawn(string path, IReadOnlyList<string> arguments, IReadOnlyList<string>? environment, int output, int errors)
    {
        // posix_spawn_file_actions_t, posix_spawnattr_t and sigset_t are 80, 336 and 128 bytes in glibc; there is room to spare.
        byte* actions = stackalloc byte[256];
        byte* attributes = stackalloc byte[1024];
        byte* signals = stackalloc byte[256];
        using var argumentVector = new StringVector(RawArguments.FromTexts([.. arguments]));
        using StringVector? other = environment is null ? null : new StringVector(RawArguments.FromTexts([.. environment]));
        _ = Libc.InitializeActions(actions);
        _ = Libc.InitializeAttributes(attributes);
        int process;
        int error;
        fixed (byte* name = Libc.Terminated(path))
        fixed (byte* nothing = "/dev/null\0"u8)
        {
            _ = Libc.AddOpen(actions, 0, nothing, Libc.ReadOnly, 0);
            _ = Libc.AddDuplicate(actions, output, 1);
            _ = Libc.AddDuplicate(actions, errors, 2);
            AddCloses(actions);
            _ = Libc.EmptySignalSet(signals);
            _ = Libc.AddSignal(signals, Libc.SignalPipe);
            _ = Libc.SetSpawnDefaultSignals(attributes, signals);
            _ = Libc.SetSpawnFlags(attributes, Libc.SpawnDefaultSignalsOwnGroup);
            error = Libc.Spawn(&process, name, actions, attributes, argumentVector.Pointer, other is null ? Libc.Environment() : other.Pointer);
        }
        _ = Libc.DestroyActions(actions);
        _ = Libc.DestroyAttributes(attributes);
        return error == 0 ? process : throw new LinuxException((Errno)error, "execute", path);
    }

    // Descriptors that this process was given without close-on-exec. The function that closes all of them is newer than glibc 2.28 (IN-124), and a flag set
    // here would change what the low-level runtime gets (RT-61).
    private static unsafe void AddCloses(byte* actions)
    {
        if (!DirectoryListing.TryRead("/proc/self/fd", out DirectoryListing open, out Errno error))
            throw new LinuxException(error, "read directory", "/proc/self/fd");
        for (int i = 0; i < open.Count; i++)
        {
            if (Utf8Parser.TryParse(open.Name(i), out int descriptor, out _) && descriptor > 2)
                _ = Libc.AddClose(actions, descriptor);
        }
    }

    // Reads both streams until both are closed; false when the time is over first.
    private static unsafe bool Drain(Descriptor output, MemoryStream written, Descriptor errors, MemoryStream complaints, long deadline)
    {
        Libc.PollEntry* entries = stackalloc Libc.PollEntry[2];
        entries[0] = new Libc.PollEntry { Descriptor = output.Number, Events = Libc.PollIn };
        entries[1] = new Libc.PollEntry { Descriptor = errors.Number, Events = Libc.PollIn };
        while (entries[0].Descriptor >= 0 || entries[1].Descriptor >= 0)
        {
            int left = MillisecondsLeft(deadline);
            if (left == 0)
                return false;
            if (Libc.Poll(entries, 2, left) < 0 && Libc.LastError != Errno.EINTR)
                throw new LinuxException(Libc.LastError, "poll", "");
            Take(ref entries[0], written);
            Take(ref entries[1], complaints);
        }
        return true;
    }

    private static unsafe void Take(ref Libc.PollEntry entry, MemoryStream into)
    {
        if (entry.Descriptor < 0 || entry.Returned == 0)
            return;
        Span<byte> buffer = stackalloc byte[4096];
        nint count;
        fixed (byte* start = buffer)
            count = Libc.Read(entry.Descriptor, start, (nuint)buffer.Length);
        if (count == 0 || (count < 0 && Libc.LastError is not (Errno.EINTR or Errno.EAGAIN)))
            entry.Descriptor = -1;
        else if (count > 0 && into.Length < OutputLimit)
            into.Write(buffer[..(int)count]);
        entry.Returned = 0;
    }

    private static unsafe int Reap(int process, ref bool ended, long deadline)
    {
        int status = 0;
        if (!ended)
            _ = Libc.Kill(-process, Libc.SignalKill);
        while (true)
        {
            // A child that has closed its streams may still run: look now and then until its time is over.
            int result = Libc.Wait(process, &status, ended ? Libc.WaitNoHang : 0);
            if (result == process)
                return status;
            if (result < 0 && Libc.LastError != Errno.EINTR)
                throw new LinuxException(Libc.LastError, "wait", "");
            if (ended && MillisecondsLeft(deadline) == 0)
            {
                ended = false;
                _ = Libc.Kill(-process, Libc.SignalKill);
            }
            else if (ended)
            {
                _ = Libc.Poll(null, 0, 1);
            }
        }
    }

    private static int MillisecondsLeft(long deadline)
    {
        long left = (deadline - Stopwatch.GetTimestamp()) * 1000 / Stopwatch.Frequency;
        return (int)Math.Clamp(left, 0, int.MaxValue);
    }
}

/// <summary>How a child process ended.</summary>
/// <param name="ExitStatus">Its exit status; -1 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it exited by itself.</param>
/// <param name="TimedOut">Whether it was killed because its time was over.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Errors">What it wrote to standard error.</param>
public sealed record ChildResult(int ExitStatus, int Signal, bool TimedOut, byte[] Output, byte[] Errors);

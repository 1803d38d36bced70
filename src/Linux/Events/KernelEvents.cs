namespace GpuContainers.Linux.Events;

/// <summary>Whether an event of the kernel matters to the one who waits.</summary>
/// <param name="text">The event: "add@/devices/…" and variables such as SUBSYSTEM=module, each with a NUL behind it.</param>
public delegate bool EventFilter(ReadOnlySpan<byte> text);

/// <summary>
/// Waits for what the kernel tells by itself: devices and modules that come and go (uevents), and names that change in folders (inotify). What one of the two
/// cannot tell, because the kernel or the container does not allow it, is left out: whoever waits looks by himself from time to time, too.
/// </summary>
public sealed class KernelEvents : IDisposable
{
    // An event has 2 KiB of variables at most, and its path.
    private const int Largest = 8192;

    private readonly EventFilter _matters;
    private readonly Descriptor? _devices;
    private readonly Descriptor? _folders;

    /// <summary>Listens from now on.</summary>
    /// <param name="matters">Which events of the kernel end a wait.</param>
    public KernelEvents(EventFilter matters)
    {
        _matters = matters;
        _devices = OpenDevices();
        int folders = Libc.StartFolderWatch(Libc.NonBlocking | Libc.CloseOnExec);
        _folders = folders < 0 ? null : new Descriptor(folders);
    }

    /// <summary>Watches a folder, once however often it is named; false where it is missing or there are too many.</summary>
    public unsafe bool Watch(string folder)
    {
        if (_folders is null)
            return false;
        fixed (byte* path = Libc.Terminated(folder))
            return Libc.WatchFolder(_folders.Number, path, Libc.FolderChanges | Libc.OnlyFolders) >= 0;
    }

    /// <summary>Waits for an event; false when none came in the time.</summary>
    public bool Wait(TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (true)
        {
            long left = Math.Max(0, end - Environment.TickCount64);
            if (Poll((int)Math.Min(left, int.MaxValue)))
                return true;
            if (left == 0)
                return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _devices?.Dispose();
        _folders?.Dispose();
    }

    private static unsafe Descriptor? OpenDevices()
    {
        int number = Libc.Socket(Libc.NetlinkFamily, Libc.RawSocket | Libc.NonBlocking | Libc.CloseOnExec, Libc.KernelEvents);
        if (number < 0)
            return null;
        var socket = new Descriptor(number);
        // Group 1 is the kernel's own; the others are those of udev.
        var address = new Libc.NetlinkAddress { Family = Libc.NetlinkFamily, Groups = 1 };
        if (Libc.BindNetlink(number, &address, (uint)sizeof(Libc.NetlinkAddress)) == 0)
            return socket;
        socket.Dispose();
        return null;
    }

    private unsafe bool Poll(int milliseconds)
    {
        Libc.PollEntry* entries = stackalloc Libc.PollEntry[2];
        entries[0] = new Libc.PollEntry { Descriptor = _devices?.Number ?? -1, Events = Libc.PollIn };
        entries[1] = new Libc.PollEntry { Descriptor = _folders?.Number ?? -1, Events = Libc.PollIn };
        if (Libc.Poll(entries, 2, milliseconds) < 0)
            return Libc.LastError == Errno.EINTR ? false : throw new LinuxException(Libc.LastError, "poll", "");
        bool devices = entries[0].Returned != 0 && TakeDevices();
        return (entries[1].Returned != 0 && TakeFolders()) || devices;
    }

    // All that have come by now. When they came faster than they were read, one that mattered may be lost: then it is as if it had come.
    private unsafe bool TakeDevices()
    {
        byte* buffer = stackalloc byte[Largest];
        bool matters = false;
        while (true)
        {
            Libc.NetlinkAddress sender;
            uint length = (uint)sizeof(Libc.NetlinkAddress);
            nint count = Libc.ReceiveNetlink(_devices!.Number, buffer, Largest, 0, &sender, &length);
            if (count >= 0)
                // Any process with the right to it may send to the group; the kernel has no process number.
                matters |= sender.Sender == 0 && _matters(new ReadOnlySpan<byte>(buffer, (int)count));
            else if (Libc.LastError == Errno.ENOBUFS)
                matters = true;
            else if (Libc.LastError != Errno.EINTR)
                return matters;
        }
    }

    private unsafe bool TakeFolders()
    {
        byte* buffer = stackalloc byte[Largest];
        bool any = false;
        while (Libc.Read(_folders!.Number, buffer, Largest) > 0)
            any = true;
        return any;
    }
}

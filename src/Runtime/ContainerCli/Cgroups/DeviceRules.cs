using GpuContainers.Linux.Bpf;

namespace GpuContainers.Runtime.ContainerCli.Cgroups;

/// <summary>Lets a container's processes through to devices (CL-120 to CL-126).</summary>
internal static class DeviceRules
{
    private const long Limit = 1 << 20;

    /// <summary>Adds all rules at once; when that fails, none of them stays.</summary>
    /// <exception cref="CliException">The rules cannot be changed.</exception>
    internal static void Add(ContainerCgroup group, IReadOnlyList<DeviceRule> rules, DebugLog log)
    {
        if (rules.Count == 0)
            return;
        try
        {
            if (group.Version == 1)
                AddToList(group.Path, rules);
            else
                AddToPrograms(group.Path, rules, log);
        }
        catch (LinuxException error)
        {
            throw new CliException(CliError.Mount, $"failed to add device rules: {group.Path}: {error.Message}", CureOf(error.Errno), error);
        }
        // Nobody else can tell the user why the GPU is gone one day (CG-10).
        if (group.IsOfSystemd)
            log.Warning($"{group.Path} belongs to systemd: the next daemon-reload takes the device rules away; use a CDI mode, or the NVIDIA runtime");
    }

    private static void AddToList(string group, IReadOnlyList<DeviceRule> rules)
    {
        string list = HostFile.TryReadAll(group + "/devices.list", Limit, out byte[] text, out _) ? Encoding.ASCII.GetString(text) : "";
        var added = new List<string>();
        try
        {
            foreach (DeviceRule rule in rules)
            {
                string line = string.Create(CultureInfo.InvariantCulture, $"c {rule.Major}:{rule.Minor} rw");
                HostFile.WriteControl(group + "/devices.allow", line);
                if (!list.Contains(line, StringComparison.Ordinal))
                    added.Add(line);
            }
        }
        catch (LinuxException)
        {
            foreach (string line in added)
                HostFile.WriteControl(group + "/devices.deny", line);
            throw;
        }
    }

    // Each program is changed once, for all devices (CL-125); without a program nothing is forbidden (CL-124).
    private static void AddToPrograms(string path, IReadOnlyList<DeviceRule> rules, DebugLog log)
    {
        using Descriptor group = HostFile.OpenRead(path);
        IReadOnlyList<uint> programs = DeviceFilters.Attached(group, out uint flags);
        var exchanges = new List<(Descriptor Old, Descriptor New)>();
        try
        {
            foreach (uint id in programs)
            {
                Descriptor old = DeviceFilters.Open(id);
                exchanges.Add((old, DeviceFilters.Load(DeviceProgram.Allowing(rules, DeviceFilters.Instructions(old)))));
            }
            Exchange(group, exchanges, flags);
            log.Info($"changed {exchanges.Count} device programs of {path}");
        }
        finally
        {
            foreach ((Descriptor old, Descriptor next) in exchanges)
            {
                old.Dispose();
                next.Dispose();
            }
        }
    }

    private static void Exchange(Descriptor group, List<(Descriptor Old, Descriptor New)> exchanges, uint flags)
    {
        int done = 0;
        try
        {
            for (; done < exchanges.Count; done++)
                DeviceFilters.Exchange(group, exchanges[done].Old, exchanges[done].New, flags);
        }
        catch (LinuxException)
        {
            while (--done >= 0)
                DeviceFilters.Exchange(group, exchanges[done].New, exchanges[done].Old, flags);
            throw;
        }
    }

    // What usually stands behind the refusal is told with it (NL-20).
    private static string CureOf(Errno error) => error switch
    {
        Errno.EPERM or Errno.EACCES =>
            "inside a user namespace, without CAP_SYS_ADMIN or CAP_BPF, or under kernel lockdown device rules cannot be changed: " +
            "set nvidia-container-cli.no-cgroups",
        Errno.ENODATA =>
            "the kernel hides the group's program: set nvidia-container-cli.no-cgroups and give the devices to the container by its specification",
        _ => "with nvidia-container-cli.no-cgroups no device rules are set",
    };
}

/// <summary>A character device that a container may read and write; never make (CL-120).</summary>
internal readonly record struct DeviceRule(uint Major, uint Minor);

/// <summary>The check for some devices, put before a program that decides about all (CL-122, NL-18).</summary>
internal static class DeviceProgram
{
    private const byte LoadWord = 0x61;
    private const byte And = 0x54;
    private const byte ShiftRight = 0x74;
    private const byte Copy = 0xbf;
    private const byte SkipUnless = 0x55;
    private const byte SkipUnlessSame = 0x5d;
    private const byte Set = 0xb7;
    private const byte Exit = 0x95;

    private const int Prologue = 6;
    private const int PerDevice = 8;
    private const int CharacterDevice = 2;
    private const int ReadAndWrite = 6;

    /// <summary>
    /// The program with the checks before its first instruction. Register 1, which holds what is asked, is left alone; the others are the program's to set.
    /// </summary>
    internal static byte[] Allowing(IReadOnlyList<DeviceRule> rules, ReadOnlySpan<byte> program)
    {
        byte[] result = new byte[((Prologue + (PerDevice * rules.Count)) * DeviceFilters.InstructionSize) + program.Length];
        Span<byte> rest = result;
        // The first word is the kind of device in its lower half and the access in its upper one; then come major and minor.
        Put(ref rest, LoadWord, 2, 1, 0, 0);
        Put(ref rest, And, 2, 0, 0, 0xffff);
        Put(ref rest, LoadWord, 3, 1, 0, 0);
        Put(ref rest, ShiftRight, 3, 0, 0, 16);
        Put(ref rest, LoadWord, 4, 1, 4, 0);
        Put(ref rest, LoadWord, 5, 1, 8, 0);
        foreach (DeviceRule rule in rules)
            PutRule(ref rest, rule);
        program.CopyTo(rest);
        return result;
    }

    private static void PutRule(ref Span<byte> rest, DeviceRule rule)
    {
        Put(ref rest, SkipUnless, 2, 0, 7, CharacterDevice);
        Put(ref rest, Copy, 6, 3, 0, 0);
        Put(ref rest, And, 6, 0, 0, ReadAndWrite);
        Put(ref rest, SkipUnlessSame, 6, 3, 4, 0);
        Put(ref rest, SkipUnless, 4, 0, 3, (int)rule.Major);
        Put(ref rest, SkipUnless, 5, 0, 2, (int)rule.Minor);
        Put(ref rest, Set, 0, 0, 0, 1);
        Put(ref rest, Exit, 0, 0, 0, 0);
    }

    private static void Put(ref Span<byte> rest, byte code, int to, int from, short offset, int value)
    {
        DeviceFilters.Write(rest, code, to, from, offset, value);
        rest = rest[DeviceFilters.InstructionSize..];
    }
}

using GpuContainers.Runtime.ContainerCli.Driver;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options of the command <c>configure</c>.</summary>
internal sealed class ConfigureOptions : SelectionOptions
{
    private const int MostRequirements = 32;

    private readonly List<string> _requirements = [];
    private readonly List<string> _compatModes = [];

    private ConfigureOptions(string program)
        : base(program + " configure", "ROOTFS", "Give a container the driver and its devices")
    {
        Text("pid", 'p', "PID", "The container's first process", value => Process = ParseProcess(value));
        Text("device", 'd', "ID", "Device UUIDs, PCI addresses or indices, separated by commas, or all", value => Devices = Join(Devices, value));
        Text("require", 'r', "EXPR", "Condition on the driver or the devices, as in cuda>=12.4", AddRequirement);
        Text("ldconfig", 'l', "PATH", "Program that makes the loader's cache; @PATH for one of the host, whose work is done here", value => Ldconfig = value);
        // A capability stands for groups of files, and video needs those of compute (CL-58).
        Flag("compute", 'c', "Enable CUDA", () => Enable(LibraryGroup.Compute, LibraryGroup.Compute));
        Flag("utility", 'u', "Enable the management programs", () => Enable(LibraryGroup.Utility, LibraryGroup.Utility));
        Flag("video", 'v', "Enable video encoding and decoding", () => Enable(LibraryGroup.Video | LibraryGroup.Compute));
        Flag("graphics", 'g', "Enable OpenGL and Vulkan", () => Enable(LibraryGroup.Graphics));
        Flag("display", 'D', "Enable displays", () =>
        {
            Enable(LibraryGroup.Graphics);
            Display = true;
        });
        Flag("ngx", 'n', "Enable NGX", () => Enable(LibraryGroup.Ngx));
        Flag("compat32", '\0', "Enable 32-bit programs", () => Compat32 = true);
        AddLists();
        Flag("no-cgroups", '\0', "Do not change device cgroups", () => NoCgroups = true);
        Flag("no-devbind", '\0', "Do not mount device nodes", () => NoDeviceMounts = true);
        AddOmissions();
        Text("cuda-compat-mode", '\0', "MODE", "What is done with the image's CUDA compatibility libraries: disabled, mount, ldconfig", _compatModes.Add);
    }

    /// <summary>The container's first process; 0 when this program runs inside the container.</summary>
    internal int Process { get; private set; }

    internal string Devices { get; private set; } = "";

    internal IReadOnlyList<string> Requirements => _requirements;

    /// <summary>The program that makes the loader's cache; "@" before one of the host; empty for the container's own one.</summary>
    internal string Ldconfig { get; private set; } = "";

    /// <summary>What the container gets libraries of (CL-58).</summary>
    internal LibraryGroup Libraries { get; private set; }

    /// <summary>What the container gets programs of.</summary>
    internal LibraryGroup Programs { get; private set; }

    /// <summary>Whether it may use a display.</summary>
    internal bool Display { get; private set; }

    /// <summary>Whether it gets 32-bit libraries too.</summary>
    internal bool Compat32 { get; private set; }

    internal bool NoCgroups { get; private set; }

    internal bool NoDeviceMounts { get; private set; }

    /// <summary>The words for --cuda-compat-mode, in their order.</summary>
    internal IReadOnlyList<string> CompatModes => _compatModes;

    /// <summary>The container's root.</summary>
    internal string Rootfs { get; private set; } = "";

    /// <exception cref="UsageException">The words are not understood.</exception>
    /// <exception cref="CliException">A value is not possible.</exception>
    internal static ConfigureOptions Read(string program, IReadOnlyList<string> words)
    {
        var options = new ConfigureOptions(program);
        OptionReader reader = options.ReadOptions(words);
        if (options.Print is not null)
            return options;
        // The whole machine is not a container (CL-54).
        if (reader.Operands.Count != 1)
            throw UsageException.Operands(options);
        string rootfs = LexicalPath.Clean(reader.Operands[0]);
        if (!rootfs.StartsWith('/') || rootfs == "/")
            throw new CliException(CliError.Input, "invalid rootfs directory", $"{reader.Operands[0]} must be an absolute path and not /");
        options.Rootfs = rootfs;
        return options;
    }

    private void Enable(LibraryGroup libraries, LibraryGroup programs = LibraryGroup.None)
    {
        Libraries |= libraries;
        Programs |= programs;
    }

    private void AddRequirement(string expression)
    {
        if (_requirements.Count == MostRequirements)
            throw new CliException(CliError.Input, "too many requirements", $"at most {MostRequirements} are allowed");
        _requirements.Add(expression);
    }

    private static int ParseProcess(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int process))
            return process;
        bool isTooLarge = text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
        Errno error = isTooLarge ? Errno.ERANGE : Errno.EINVAL;
        throw new CliException(CliError.Input, $"parse pid failed: {error.Describe()}", $"\"{text}\" must be the number of a process");
    }
}
